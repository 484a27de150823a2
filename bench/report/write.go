package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html.tmpl
var pageTemplate string

var pageHTML = template.Must(template.New("page").Funcs(template.FuncMap{
	"svg": func(s string) template.HTML { return template.HTML(s) }, // drawn here, nobody's input
	"inc": func(i int) int { return i + 1 },
}).Parse(pageTemplate))

// writeHTML writes a page that needs no other file.
func (d *document) writeHTML(w io.Writer) error { return pageHTML.Execute(w, d) }

// writeMarkdown writes what the page says, without its pictures.
func (d *document) writeMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "# %s\n", d.Title)
	for _, s := range d.Sections {
		fmt.Fprintf(w, "\n## %s\n", s.Title)
		if err := s.writeMarkdown(w); err != nil {
			return err
		}
	}
	return nil
}

func (s *section) writeMarkdown(w io.Writer) error {
	for _, text := range s.Text {
		fmt.Fprintf(w, "\n%s\n", text)
	}
	if len(s.Table) > 1 {
		fmt.Fprintln(w)
		if err := s.Table.WriteMarkdown(w); err != nil {
			return err
		}
	}
	for _, note := range s.Notes {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(note))
	}
	return nil
}
