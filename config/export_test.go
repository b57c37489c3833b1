package config

// AllMainKeys lists the names of all keys that bugferry.yaml can have, at whatever depth.
func AllMainKeys() []string { return allNames(MainKeys()) }

// AllProjectKeys lists those of a project file.
func AllProjectKeys() []string { return allNames(ProjectKeys()) }

func allNames(keys []Key) []string {
	var list []string
	for _, k := range keys {
		if k.Name != "" {
			list = append(list, k.Name)
		}
		if k.Name != "defaults" { // the reference has its keys where destinations have them
			list = append(list, allNames(k.Keys)...)
		}
		if k.Element != nil {
			list = append(list, allNames([]Key{*k.Element})...)
		}
	}
	return list
}

// Fixed lists the settings that only a restart changes.
func Fixed() []string { return fixed }
