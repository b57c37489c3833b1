package tracker

import "net/http"

// Auth puts an account's credentials on every request that passes through the transport it returns.
type Auth func(next http.RoundTripper) http.RoundTripper

// Bearer authenticates with a token: GitHub's personal access tokens, Jira's personal and OAuth access tokens.
func Bearer(token string) Auth {
	return setHeader(func(req *http.Request) { req.Header.Set("Authorization", "Bearer "+token) })
}

// Basic authenticates with an account and its API token, as Jira Cloud does.
func Basic(account, token string) Auth {
	return setHeader(func(req *http.Request) { req.SetBasicAuth(account, token) })
}

func setHeader(set func(*http.Request)) Auth {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			req = req.Clone(req.Context()) // a RoundTripper may not change the request it is given
			set(req)
			return next.RoundTrip(req)
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
