package rules_test

import "testing"

func BenchmarkRoute(b *testing.B) {
	set, r := compile(b, webShop()), load(b, "rich.json")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := set.Route(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	set, r := compile(b, webShop()), load(b, "rich.json")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Compose(r, "web-github", nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compile(b, webShop())
	}
}
