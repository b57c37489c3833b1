package tracker

import "github.com/bugferry/bugferry/pkg/bridge"

// NoCredentials is the error of an [Auth] that has to ask the tracker for its credentials and did not get them. The
// request that they were for was never sent.
type NoCredentials struct {
	Asked Failure // what became of asking; its Op names the credentials, such as "token for installation 77"
	Hint  string  // what a person can do where the tracker refuses to give them
}

func (e *NoCredentials) Error() string { return e.Asked.error().Error() }

// Unwrap returns why there was no answer; nil if there was one.
func (e *NoCredentials) Unwrap() error { return e.Asked.Err }

// classify says what it means for the call op that there were no credentials for it: certainly nothing was done,
// whatever became of asking for them. Where the tracker will not give them, the account is refused: no report is at
// fault, so none is parked. The status is not the call's, which has none.
func (e *NoCredentials) classify(op string, hints Hints) *bridge.Error {
	asked := e.Asked
	asked.Op = op + ": " + asked.Op
	err := Classify(asked, hints)
	err.Nothing, err.Status, err.Account = true, 0, err.Kind == bridge.Later
	if err.Kind == bridge.Permanent {
		err.Kind, err.Refused, err.Gone, err.Fields = bridge.Retry, true, false, nil
	}
	if err.Refused {
		err.Hint = e.Hint
	}
	return err
}
