module github.com/bugferry/bugferry/pkg/markup/internal/bench

go 1.26.0

replace github.com/bugferry/bugferry => ../../../..

require (
	github.com/JohannesKaufmann/html-to-markdown/v2 v2.5.2
	github.com/bugferry/bugferry v0.0.0-00010101000000-000000000000
	golang.org/x/net v0.62.0
)

require github.com/JohannesKaufmann/dom v0.3.1 // indirect
