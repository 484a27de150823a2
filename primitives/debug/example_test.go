package debug_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/debug"
)

func ExamplePage() {
	var requests primitives.Counter
	page := new(debug.Page)
	page.Counter("requests", &requests)
	mux := http.NewServeMux()
	mux.Handle("/debug/percpu", page)

	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest("GET", "/debug/percpu", nil))
	fmt.Println(answer.Code, answer.Header().Get("Content-Type"))
	// Output: 200 text/html; charset=utf-8
}
