package console

import (
	"fmt"
	"math"
	"strings"
)

// The size of a plot in its own units, with room for the words at its left and below.
const (
	plotWidth, plotHeight = 640.0, 150.0
	plotLeft, plotBelow   = 44.0, 20.0
	plotTop               = 8.0
)

// plot is a small picture of series over time, and the same as a table for whoever does not see it.
type plot struct {
	Title  string
	Says   string // what it shows, in a sentence
	Width  float64
	Height float64
	Left   float64
	Bottom float64
	Series []series
	Bars   []bar
	Lines  []line
	Grid   []tick // at the left
	Marks  []tick // below
	Rows   []plotRow
	Empty  bool
}

// bar is a rectangle, with what it says when it is pointed at.
type bar struct {
	X, Y, W, H  float64
	Class, Says string
}

// line is a row of points, and the dots on it.
type line struct {
	Class, Points string
	Dots          []bar
}

// tick is a word at a place beside the plot.
type tick struct {
	X, Y float64
	Word string
}

// plotRow is a step in the table.
type plotRow struct {
	Name  string
	Cells []string
}

func newPlot(s steps, title string, all []series, top float64, word func(float64) string) plot {
	p := plot{
		Title: title, Series: all, Width: plotWidth, Height: plotHeight, Left: plotLeft, Bottom: plotHeight - plotBelow, Empty: top == 0,
		Says: fmt.Sprintf("%s from %s on, in steps of %s; %s at most.", title, s.from.Format("Mon 2 Jan 15:04 UTC"), roughly(s.step), word(top)),
	}
	p.Grid = []tick{{X: plotLeft - 6, Y: p.y(0), Word: "0"}}
	for _, part := range []float64{0.5, 1} {
		p.Grid = append(p.Grid, tick{X: plotLeft - 6, Y: p.y(part), Word: word(top * part)})
	}
	for n := range s.n {
		if n%(max(s.n/7, 1)) == 0 {
			p.Marks = append(p.Marks, tick{X: round(plotLeft + p.wide(s)*float64(n)), Y: plotHeight - 5, Word: s.name(n)})
		}
		row := plotRow{Name: s.begin(n).Format("Mon 2 Jan 15:04")}
		for _, one := range all {
			row.Cells = append(row.Cells, word(one.values[n]))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// y is the place of a part of the greatest value.
func (p plot) y(part float64) float64 { return round(plotTop + (1-part)*(p.Bottom-plotTop)) }

// wide is the width of a step.
func (p plot) wide(s steps) float64 { return (plotWidth - plotLeft) / float64(s.n) }

// round keeps a place to a tenth: more cannot be seen.
func round(v float64) float64 { return math.Round(v*10) / 10 }

// bars is a plot of counts, those of a step upon one another.
func bars(s steps, title string, all []series) plot {
	top := 0.0
	for n := range s.n {
		sum := 0.0
		for _, one := range all {
			sum += one.values[n]
		}
		top = max(top, sum)
	}
	p := newPlot(s, title, all, nice(top), whole)
	if p.Empty {
		return p
	}
	for n := range s.n {
		below := 0.0
		for _, one := range all {
			v := one.values[n]
			if v == 0 {
				continue
			}
			y, bottom := p.y((below+v)/nice(top)), p.y(below/nice(top))
			p.Bars = append(p.Bars, bar{
				X: round(plotLeft + p.wide(s)*float64(n) + 1), Y: y, W: round(p.wide(s) - 2), H: round(max(bottom-y, 0.5)), Class: one.Class,
				Says: fmt.Sprintf("%s: %s %s", s.name(n), whole(v), one.Name),
			})
			below += v
		}
	}
	return p
}

// lines is a plot of times; steps in which there was nothing are left out.
func lines(s steps, title string, all []series) plot {
	top := 0.0
	for _, one := range all {
		for _, v := range one.values {
			top = max(top, v)
		}
	}
	p := newPlot(s, title, all, top, seconds)
	if p.Empty {
		return p
	}
	for _, one := range all {
		l := line{Class: one.Class}
		var points []string
		for n, v := range one.values {
			if v == 0 {
				continue
			}
			x, y := round(plotLeft+p.wide(s)*(float64(n)+0.5)), p.y(v/top)
			points = append(points, fmt.Sprintf("%g,%g", x, y))
			l.Dots = append(l.Dots, bar{X: x, Y: y, Class: one.Class, Says: fmt.Sprintf("%s: %s %s", s.name(n), one.Name, seconds(v))})
		}
		l.Points = strings.Join(points, " ")
		p.Lines = append(p.Lines, l)
	}
	return p
}

// nice is the next greater number whose half is a whole one.
func nice(v float64) float64 {
	if v <= 2 {
		return math.Ceil(v/2) * 2
	}
	size := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 4, 6, 8, 10} {
		if n*size >= v {
			return math.Ceil(n*size/2) * 2
		}
	}
	return 20 * size
}
