package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/viper"
)

const envPrefix = "BUGFERRY_"

// setting is one key of the process settings.
type setting struct {
	field
	key   string // server.listen
	value reflect.Value
}

// environment is the setting's environment variable.
func (s setting) environment() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

// settings lists the process settings of c; what has people's names as keys is not among them.
func settings(c *Config) []setting {
	var list []setting
	v := reflect.ValueOf(c).Elem()
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.index)
		switch {
		case value.Type() == defaultsType: // of people's issues, not of the process
		case value.Kind() == reflect.Struct && !isScalar(value.Type()):
			for _, inner := range fieldsOf(value.Type()) {
				list = append(list, setting{inner, f.name + "." + inner.name, value.Field(inner.index)})
			}
		case value.Kind() != reflect.Slice:
			list = append(list, setting{f, f.name, value})
		}
	}
	return list
}

// process lets viper decide for each process setting between flag, environment, file and default. given says which keys
// the file has; their values are in c already. For what the environment or a flag decides, given says so afterwards.
func process(c *Config, given map[string]Pos, opts Options, findings *Findings) {
	all := settings(c)
	merged, sources := merge(all, given, opts)
	for _, s := range all {
		source, other := sources[s.key]
		if _, inFile := given[s.key]; inFile && !other {
			continue
		}
		text := plain(merged.Get(s.key))
		if text == "" && !other {
			continue // no default
		}
		if other {
			given[s.key] = source.At
		}
		if err := setText(s.value, text, s.field); err != nil {
			findings.mistake(source.At, source.Key, "%s %v", show(text, s.value.Type()), err)
		}
	}
}

// merge gives viper its layers. sources tells where a value from the environment or a flag comes from.
func merge(all []setting, given map[string]Pos, opts Options) (merged *viper.Viper, sources map[string]Text) {
	merged, sources = viper.New(), map[string]Text{}
	file, environment := map[string]any{}, map[string]any{}
	for _, s := range all {
		if s.hasDef {
			merged.SetDefault(s.key, s.def)
		}
		if _, ok := given[s.key]; ok {
			nest(file, s.key, s.value.Interface())
		}
		if text, ok := opts.lookup(s.environment()); ok && text != "" {
			nest(environment, s.key, text)
			sources[s.key] = Text{At: Pos{File: "environment"}, Key: s.environment()}
		}
		if flag := opts.Flags[s.key]; flag != nil {
			_ = merged.BindPFlag(s.key, flag) // fails only for a nil flag
			if flag.Changed {
				sources[s.key] = Text{At: Pos{File: "flag"}, Key: "--" + flag.Name}
			}
		}
	}
	// Both merge without an error whatever they hold: the error is in viper's signature for configuration hooks.
	_ = merged.MergeConfigMap(file)
	_ = merged.MergeConfigMap(environment)
	return merged, sources
}

// nest puts value under a dotted key.
func nest(m map[string]any, key string, value any) {
	section, rest, dotted := strings.Cut(key, ".")
	if !dotted {
		m[key] = value
		return
	}
	inner, ok := m[section].(map[string]any)
	if !ok {
		inner = map[string]any{}
		m[section] = inner
	}
	nest(inner, rest, value)
}

// plain writes a value of viper's as one would write it.
func plain(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case []string:
		return strings.Join(value, ",")
	case []any:
		parts := make([]string, len(value))
		for i := range value {
			parts[i] = fmt.Sprint(value[i])
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(value)
}
