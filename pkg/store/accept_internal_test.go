package store

import "testing"

func TestRequestsThatWaitShareACommit(t *testing.T) {
	s := &Store{intake: make(chan *intake, 2*maxBatch)}
	for range maxBatch + 9 {
		s.intake <- &intake{}
	}
	if n := len(s.gather(&intake{})); n != maxBatch {
		t.Errorf("the first commit takes %d, want %d", n, maxBatch)
	}
	if n := len(s.gather(&intake{})); n != 11 { // 10 were left, and the one that came
		t.Errorf("the second commit takes %d, want 11", n)
	}
}
