package main

import "testing"

func TestChangeImports(t *testing.T) {
	swap := []importEdit{{old: "sync", path: syncPath}}
	for _, test := range []struct {
		name, in, want string
		edits          []importEdit
	}{
		{"alone", "package a\n\nimport \"sync\"\n\nvar x sync.RWMutex\n",
			"package a\n\nimport \"" + syncPath + "\"\n\nvar x sync.RWMutex\n", swap},
		{"sorted into others' group", "package a\n\nimport (\n\t\"fmt\"\n\t\"sync\"\n\n\t\"github.com/a/b\"\n)\n\nvar x sync.RWMutex\n",
			"package a\n\nimport (\n\t\"fmt\"\n\n\t\"github.com/a/b\"\n\t\"" + syncPath + "\"\n)\n\nvar x sync.RWMutex\n", swap},
		{"with a name", "package a\n\nimport s \"sync\"\n\nvar x s.RWMutex\n",
			"package a\n\nimport s \"" + syncPath + "\"\n\nvar x s.RWMutex\n", swap},
		{"with a comment", "package a\n\nimport (\n\t\"sync\" // locks\n)\n",
			"package a\n\nimport (\n\t\"" + syncPath + "\" // locks\n)\n", swap},
		{"not formatted", "package a\nimport (\"fmt\";\"sync\")\nvar   x sync.RWMutex\n",
			"package a\nimport (\"fmt\";\"" + syncPath + "\")\nvar   x sync.RWMutex\n", swap},
		{"one goes, one comes", "package a\n\nimport \"sync/atomic\"\n\nvar x primitives.Counter\n",
			"package a\n\nimport \"" + primitivesPath + "\"\n\nvar x primitives.Counter\n",
			[]importEdit{{old: "sync/atomic"}, {path: primitivesPath}}},
	} {
		got, err := changeImports([]byte(test.in), test.edits)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", test.name, err, got, test.want)
		}
	}
}
