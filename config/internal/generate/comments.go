package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/bugferry/bugferry/config"
)

// comments are the explanations of keys: the first paragraphs of fields' comments, by Type.Field, each as one line.
type comments struct {
	fields  map[string]string
	missing []error
}

// readComments reads those of the structs in the Go files of folder.
func readComments(folder string) (*comments, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	c := &comments{fields: map[string]string{}}
	same := map[string]string{} // type Defaults Destination
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				switch t := spec.Type.(type) {
				case *ast.StructType:
					c.add(spec.Name.Name, t)
				case *ast.Ident:
					same[spec.Name.Name] = t.Name
				}
			}
			return true
		})
	}
	for field, text := range c.fields {
		owner, name, _ := strings.Cut(field, ".")
		for other, of := range same {
			if of == owner {
				c.fields[other+"."+name] = text
			}
		}
	}
	return c, nil
}

func (c *comments) add(owner string, t *ast.StructType) {
	for _, field := range t.Fields.List {
		first, _, _ := strings.Cut(field.Doc.Text(), "\n\n")
		for _, name := range field.Names {
			c.fields[owner+"."+name.Name] = strings.Join(strings.Fields(first), " ")
		}
	}
}

// of returns the explanation of a key.
func (c *comments) of(k config.Key) string {
	text := c.fields[k.Source]
	if text == "" {
		c.missing = append(c.missing, fmt.Errorf("the key %s has no explanation: write a comment above the field %s", k.Name, k.Source))
	}
	return text
}

// err tells of keys without an explanation.
func (c *comments) err() error { return errors.Join(c.missing...) }
