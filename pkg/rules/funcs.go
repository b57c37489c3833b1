package rules

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"github.com/Masterminds/sprig/v3"
)

// withheld are the functions of sprig's hermetic map that templates do not get, by reason.
var withheld = map[string][]string{
	"make keys or hashes, slowly or at random": {
		"bcrypt", "htpasswd", "genPrivateKey", "derivePassword", "buildCustomCert", "genCA", "genCAWithKey",
		"genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "encryptAES", "decryptAES",
	},
	"read the environment or the network": {"env", "expandenv", "getHostByName"},
	"answer differently each time": {
		"shuffle", "randInt", "ago", "durationRound", "now", "randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "uuidv4",
	},
	"depend on the machine's time zone or path separator":   {"toDate", "mustToDate", "osBase", "osClean", "osDir", "osExt", "osIsAbs"},
	"could build a value that contains itself":              {"set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "deepCopy", "mustDeepCopy"},
	"would park a bug on purpose":                           {"fail"},
	"take a count, which may come from a report, unbounded": {"until", "untilStep", "seq"},
}

// maxOutput bounds, in bytes, what a template or one function in it can make. It is about twice what the most generous
// field of a tracker takes; what is beyond it is cut off.
const maxOutput = 64 << 10

var functions = functionSet()

func functionSet() template.FuncMap {
	set := sprig.HermeticTxtFuncMap()
	for _, names := range withheld {
		for _, name := range names {
			delete(set, name)
		}
	}
	set["repeat"] = repeat
	set["indent"] = indent
	set["nindent"] = func(spaces int, s string) (string, error) {
		s, err := indent(spaces, s)
		return "\n" + s, err
	}
	set["trunc"] = trunc
	set["substr"] = substr
	set["date"] = date
	set["dateInZone"] = dateInZone
	set[printer] = text
	return set
}

var errTooLong = fmt.Errorf("the result is longer than %d bytes", maxOutput)

// repeat is sprig's, bounded.
func repeat(count int, s string) (string, error) {
	if count < 0 {
		return "", errors.New("the count is negative")
	}
	if len(s) > 0 && count > maxOutput/len(s) {
		return "", errTooLong
	}
	return strings.Repeat(s, count), nil
}

// indent is sprig's, bounded.
func indent(spaces int, s string) (string, error) {
	if spaces < 0 || spaces > 100 {
		return "", errors.New("the number of spaces is not between 0 and 100")
	}
	pad := strings.Repeat(" ", spaces)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
}

// trunc is sprig's, which cuts within a character: the first length characters of s, or the last -length.
func trunc(length int, s string) string {
	if length < 0 {
		return substr(max(utf8.RuneCountInString(s)+length, 0), -1, s)
	}
	return substr(0, length, s)
}

// substr is sprig's, which fails where s is shorter than start: the characters from start to before end; -1 is the end of s.
func substr(start, end int, s string) string {
	runes := []rune(s)
	if end < 0 || end > len(runes) {
		end = len(runes)
	}
	return string(runes[min(max(start, 0), end):end])
}

// date formats a time in UTC by Go's layout; of a time that is missing nothing.
func date(layout string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// printer is the function that ends each placeholder: {{ .Title }} is run as {{ .Title | _text }}.
const printer = "_text"

// text is how templates print a value: text/template itself would print <no value> or <nil> for nothing, and brackets
// around lists.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return date(minutes, v)
	case []person:
		return people(v)
	case []string:
		return strings.Join(v, ", ")
	case []any:
		words := make([]string, 0, len(v))
		for _, item := range v {
			words = append(words, text(item))
		}
		return strings.Join(words, ", ")
	default:
		return fmt.Sprint(v)
	}
}
