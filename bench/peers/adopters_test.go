package peers

import (
	"os"
	"path/filepath"
	"testing"
)

func TestExchangeImports(t *testing.T) {
	imports := map[string]string{"sync": "other/lock", "example.com/m/internal": "copy/internal"}
	for text, want := range map[string]string{
		"package p\n\nimport \"sync\"\n\nvar s = \"sync\"\n":                                 "package p\n\nimport sync \"other/lock\"\n\nvar s = \"sync\"\n",
		"package p\n\nimport (\n\t\"fmt\"\n\t\"sync\"\n\t\"sync/atomic\"\n)\n":               "package p\n\nimport (\n\t\"fmt\"\n\tsync \"other/lock\"\n\t\"sync/atomic\"\n)\n",
		"package p\n\nimport (\n\ts \"sync\"\n\t. \"example.com/m/internal\" // why\n)\n":    "package p\n\nimport (\n\ts \"other/lock\"\n\t. \"copy/internal\" // why\n)\n",
		"// Package p says import \"sync\".\npackage p\n\nimport \"example.com/m/internal\"": "// Package p says import \"sync\".\npackage p\n\nimport internal \"copy/internal\"",
	} {
		got, err := exchangeImports([]byte(text), imports)
		if err != nil || string(got) != want {
			t.Errorf("exchangeImports(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestAdopterSuite has the tests of the smallest module run.
func TestAdopterSuite(t *testing.T) {
	if testing.Short() {
		t.Skip("runs another module's tests")
	}
	root, err := goList("github.com/percpu-go/percpu")
	if err != nil {
		t.Fatal(err)
	}
	var got AdopterSuite
	if err := suites["go-cache"].run(root, &got); err != nil {
		t.Fatal(err)
	}
	if got.Files == 0 || got.Locks == 0 || got.Before.Passed == 0 || got.After.Passed != got.Before.Passed || got.After.Failed != nil {
		t.Errorf("%+v", got)
	}
}

// TestAdopterTestsFail: tests that fail are named, what can't be built is said, and what isn't there is an error.
func TestAdopterTestsFail(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.24\n")
	write("m_test.go", "package m\n\nimport \"testing\"\n\nfunc TestA(*testing.T) {}\nfunc TestB(t *testing.T) { t.Fail() }\n")
	got, err := runTests(dir, []string{"."})
	if err != nil || got.String() != "1 passed, 1 FAILED: TestB" {
		t.Errorf("runTests = %v, %v", got, err)
	}
	write("m_test.go", "package m\n\nvar x int = \"\"\n")
	if got, err := runTests(dir, []string{"."}); err != nil || got.String() != "0 passed, 1 FAILED: "+unbuilt {
		t.Errorf("runTests = %v, %v of what doesn't compile", got, err)
	}
	if got, err := runTests(dir, []string{"./nosuch"}); err == nil {
		t.Errorf("runTests = %v of what isn't there", got)
	}
}
