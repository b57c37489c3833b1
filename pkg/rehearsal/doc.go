// Package rehearsal plays a delivery to its end without writing to a tracker, so that one can see beforehand what would be sent.
//
// The protocol and the adapters are the real ones. What stands in is below them and beside them:
//
//	Tape    what finally sends an adapter's requests: it keeps those that write and answers them itself
//	Store   what the protocol remembers a delivery and its link in, for as long as the rehearsal takes
//
// No write can reach a tracker: a Tape hands on nothing but what [Reads] says is a read, and without a way to the tracker not even
// that. It answers then as a tracker would that has everything the issue asks for, and that has names in the place of its ids.
package rehearsal
