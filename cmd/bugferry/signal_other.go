//go:build !unix

package main

func outliveFullDisk() {}
