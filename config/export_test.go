package config

import "reflect"

// MainKeys lists every key that bugferry.yaml can have.
func MainKeys() []string { return keys(reflect.TypeFor[Config]()) }

// ProjectKeys lists every key that a project file can have.
func ProjectKeys() []string { return keys(reflect.TypeFor[Project]()) }

func keys(t reflect.Type) []string {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if isScalar(t) || t == defaultsType { // the reference has its keys where destinations have them
		return nil
	}
	var list []string
	for _, f := range fieldsOf(t) {
		list = append(list, f.name)
		list = append(list, keys(t.Field(f.index).Type)...)
	}
	return list
}
