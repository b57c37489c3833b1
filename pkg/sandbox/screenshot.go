package sandbox

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"sync"
)

// Screenshot returns a PNG of 640 x 400 pixels that looks like a page with an error on it, for reports that need a
// picture where there is no network. The bytes are shared: do not change them.
var Screenshot = sync.OnceValue(func() []byte {
	c := canvas{image.NewRGBA(image.Rect(0, 0, 640, 400))}
	c.browser()
	c.checkout()
	c.failure()
	var b bytes.Buffer
	if err := png.Encode(&b, c); err != nil {
		panic(err) // writing an image of a fixed size into memory has no way to go wrong
	}
	return b.Bytes()
})

type canvas struct{ *image.RGBA }

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255} //nolint:gosec // the low byte is what is meant
}

func (c canvas) box(x, y, w, h int, hex uint32) {
	draw.Draw(c, image.Rect(x, y, x+w, y+h), image.NewUniform(rgb(hex)), image.Point{}, draw.Src)
}

// browser draws the window: its bar, three buttons, the address.
func (c canvas) browser() {
	c.box(0, 0, 640, 400, 0xf6f8fa)
	c.box(0, 0, 640, 36, 0xd8dee4)
	for n, hex := range []uint32{0xff5f57, 0xfebc2e, 0x28c840} {
		c.box(14+20*n, 13, 10, 10, hex)
	}
	c.box(90, 8, 530, 20, 0xffffff)
	c.write(100, 11, 2, 0x57606a, "SHOP.EXAMPLE/CHECKOUT")
	c.box(0, 36, 640, 44, 0x1f2a44)
	c.write(24, 51, 2, 0xffffff, "SHOP")
	for n := range 3 {
		c.box(420+70*n, 55, 46, 6, 0x8b9bc1)
	}
}

// checkout draws a form and the sum beside it.
func (c canvas) checkout() {
	c.write(40, 160, 3, 0x1f2328, "CHECKOUT")
	for n := range 3 {
		y := 200 + 46*n
		c.box(40, y, 90, 6, 0xafb8c1)
		c.box(40, y+12, 330, 24, 0xd0d7de)
		c.box(41, y+13, 328, 22, 0xffffff)
		c.box(50, y+21, 140-30*n, 6, 0x8c959f)
	}
	c.box(410, 160, 190, 130, 0xffffff)
	for n := range 4 {
		c.box(426, 180+22*n, 70+12*(n%2), 6, 0xafb8c1)
		c.box(550, 180+22*n, 34, 6, 0x57606a)
	}
	c.box(426, 266, 158, 2, 0xd0d7de)
	c.box(410, 304, 190, 36, 0x1f6feb)
	c.write(490, 315, 2, 0xffffff, "PAY")
}

func (c canvas) failure() {
	c.box(40, 96, 560, 44, 0xcf222e)
	c.box(42, 98, 556, 40, 0xffebe9)
	c.box(54, 108, 20, 20, 0xcf222e)
	c.write(61, 111, 2, 0xffffff, "!")
	c.write(88, 111, 2, 0x82071e, "ERROR: NO ACTIVE API KEY FOUND")
}

// write puts text in letters of 5 x 7 dots, each a square of size pixels.
func (c canvas) write(x, y, size int, hex uint32, text string) {
	for _, r := range text {
		for n, dots := range strings.Fields(letters[r]) {
			for at, dot := range dots {
				if dot == '#' {
					c.box(x+at*size, y+n*size, size, size, hex)
				}
			}
		}
		x += 6 * size
	}
}

var letters = map[rune]string{
	'A': ".###. #...# #...# ##### #...# #...# #...#", 'C': ".#### #.... #.... #.... #.... #.... .####",
	'D': "####. #...# #...# #...# #...# #...# ####.", 'E': "##### #.... #.... ####. #.... #.... #####",
	'F': "##### #.... #.... ####. #.... #.... #....", 'H': "#...# #...# #...# ##### #...# #...# #...#",
	'I': "##### ..#.. ..#.. ..#.. ..#.. ..#.. #####", 'K': "#...# #..#. #.#.. ##... #.#.. #..#. #...#",
	'L': "#.... #.... #.... #.... #.... #.... #####", 'M': "#...# ##.## #.#.# #.#.# #...# #...# #...#",
	'N': "#...# ##..# #.#.# #..## #...# #...# #...#", 'O': ".###. #...# #...# #...# #...# #...# .###.",
	'P': "####. #...# #...# ####. #.... #.... #....", 'R': "####. #...# #...# ####. #.#.. #..#. #...#",
	'S': ".#### #.... #.... .###. ....# ....# ####.", 'T': "##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..",
	'U': "#...# #...# #...# #...# #...# #...# .###.", 'V': "#...# #...# #...# #...# #...# .#.#. ..#..",
	'X': "#...# .#.#. ..#.. ..#.. ..#.. .#.#. #...#", 'Y': "#...# #...# .#.#. ..#.. ..#.. ..#.. ..#..",
	'.': "..... ..... ..... ..... ..... .##.. .##..", '/': "....# ...#. ...#. ..#.. .#... .#... #....",
	':': "..... .##.. .##.. ..... .##.. .##.. .....", '!': "..#.. ..#.. ..#.. ..#.. ..#.. ..... ..#..",
}
