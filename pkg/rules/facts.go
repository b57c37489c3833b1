package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// minutes is how people read times in an issue.
const minutes = "2006-01-02 15:04 UTC"

// maxGitHubRows is how many rows of metadata and custom fields stand open in a GitHub issue. If there are more the metadata
// are folded away, which an application writes and few people read, and of the custom fields those beyond that number.
const maxGitHubRows = 8

// facts are the rows below the description. What has no value has no row.
func (d *destination) facts(r bridge.Report, others []bridge.Person) []bridge.Block {
	var rows []bridge.Fact
	add := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			rows = append(rows, bridge.Fact{Name: name, Value: value})
		}
	}
	add("Reported by", d.nameOf(r.Reporter()))
	add("Reported", date(minutes, r.CreatedAt))
	add("Status", r.Status)
	add("Priority", r.Priority)
	add("Type", r.Type)
	if people := bridge.PeopleFact("Assigned to", d.named(others)); people.Value != "" {
		rows = append(rows, people)
	}
	own := len(rows)
	if d.personal { // whatever an application puts there, of whomever
		for _, datum := range r.Metadata {
			add(oneLine(datum.Title), datum.Value)
		}
	}
	metadata := len(rows)
	for _, f := range r.CustomFields {
		if value := bridge.TextOf(f.Value); d.personal || !looksPersonal(f.Name, value) {
			add(oneLine(f.Name), value)
		}
	}
	if !d.github || len(rows)-own <= maxGitHubRows {
		return open(rows)
	}
	custom := rows[metadata:]
	shown := min(len(custom), maxGitHubRows)
	blocks := open(slices.Concat(rows[:own], custom[:shown]))
	blocks = append(blocks, folded("More", custom[shown:])...)
	return append(blocks, folded("Metadata", rows[own:metadata])...)
}

func open(rows []bridge.Fact) []bridge.Block {
	if len(rows) == 0 {
		return nil
	}
	return []bridge.Block{bridge.Facts{Rows: rows}}
}

func folded(summary string, rows []bridge.Fact) []bridge.Block {
	if len(rows) == 0 {
		return nil
	}
	return []bridge.Block{bridge.Details{Summary: []bridge.Inline{bridge.Text{Text: summary, Trusted: true}}, Blocks: open(rows)}}
}

var mailAddress = regexp.MustCompile(`[^\s@<>]@[\pL\pN.-]+\.\pL{2,}`)

// personalWords are what the names of personal values hold, once only their letters and digits are left. user_email,
// userName and User ID are names seen in BetterBugs' metadata.
var personalWords = []string{"email", "phone", "username", "userid", "fullname"}

// looksPersonal says that a value should not be shown to the public: by its name, or because it holds an address.
func looksPersonal(name, value string) bool {
	name = strings.ToLower(name)
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
	for _, word := range personalWords {
		if strings.Contains(plain, word) {
			return true
		}
	}
	return strings.Contains(name, "user_") || holdsAddress(value) || holdsAddress(name)
}

func holdsAddress(s string) bool { return strings.Contains(s, "@") && mailAddress.MatchString(s) }
