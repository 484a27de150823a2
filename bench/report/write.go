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
	"svg":    func(s string) template.HTML { return template.HTML(forPage(s)) }, // drawn here, nobody's input
	"colors": func(dark bool) template.CSS { return template.CSS(variables(dark)) },
}).Parse(pageTemplate))

// writeHTML writes a page that needs no other file.
func (d *document) writeHTML(w io.Writer) error { return pageHTML.Execute(w, d) }

// writeMarkdown writes what the page says, without its pictures.
func (d *document) writeMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "# %s\n", d.Title)
	for _, text := range d.Text {
		fmt.Fprintf(w, "\n%s\n", text)
	}
	for _, s := range d.Sections {
		if len(s.Table) <= 1 && len(s.Charts) > 0 {
			continue // nothing but pictures
		}
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
