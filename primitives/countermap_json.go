package primitives

import (
	"encoding"
	"encoding/json"
	"fmt"
)

// String returns the keys and their values as a JSON object: with MarshalJSON, it
// makes a CounterMap an expvar.Var. What is in the Overflow is not in it.
func (c *CounterMap[K]) String() string {
	text, err := c.MarshalJSON()
	if err != nil {
		return "{}" // a key has no text, which MarshalJSON says why
	}
	return string(text)
}

// MarshalJSON returns the keys and their values as a JSON object whose names, in
// their order, are the keys: strings as they are, keys with a MarshalText by that,
// others as fmt prints them. Keys whose names are the same are summed.
func (c *CounterMap[K]) MarshalJSON() ([]byte, error) {
	values := make(map[string]int64, c.Len())
	for k, n := range c.All() {
		name, err := keyName(k)
		if err != nil {
			return nil, err
		}
		values[name] += n
	}
	return json.Marshal(values)
}

func keyName(key any) (string, error) {
	switch k := key.(type) {
	case string:
		return k, nil
	case encoding.TextMarshaler:
		text, err := k.MarshalText()
		return string(text), err
	}
	return fmt.Sprint(key), nil
}
