package peers

import "testing"

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
