package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/term"

	"github.com/bugferry/bugferry/config"
)

const (
	shortestPassword = 8  // characters; NIST SP 800-63B: at least 8
	longestPassword  = 72 // bytes; bcrypt does not see what follows
	hashCost         = 12
)

func (p *program) passwordCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "password USER",
		Short: "Make a line of the file of those who may use the console",
		Long: "password asks for a password, without showing it, and prints a line for the file that console.users_file names: the\n" +
			"user's name and a bcrypt hash. Where standard input is no terminal, the password is its first line.\n" +
			"A running serve reads the file again when it changes. To change a password, put the new line in the old one's place.",
		Example: "  bugferry password quinn >> console.users",
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := config.CheckOperator(args[0]); err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			password, err := p.password()
			if err != nil {
				return err
			}
			if err := fitPassword(password); err != nil {
				return hint(err, "choose another: several words that do not belong together are good")
			}
			hash, err := bcrypt.GenerateFromPassword(password, hashCost)
			if err != nil {
				return fmt.Errorf("hash the password: %w", err)
			}
			p.say("%s:%s", args[0], hash)
			return nil
		},
	}
}

// password reads a password: twice and unseen from a terminal, else as the first line of standard input.
func (p *program) password() ([]byte, error) {
	file, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(p.stdin, 4<<10)).ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read the password: %w", err)
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
	var typed [2][]byte
	for i, prompt := range []string{"Password: ", "The same again: "} {
		_, _ = fmt.Fprint(p.stderr, prompt)
		password, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(p.stderr)
		if err != nil {
			return nil, fmt.Errorf("read the password: %w", err)
		}
		typed[i] = password
	}
	if !bytes.Equal(typed[0], typed[1]) {
		return nil, errors.New("the two passwords are not the same")
	}
	return typed[0], nil
}

// fitPassword says what keeps a password from being taken.
func fitPassword(password []byte) error {
	switch {
	case len(password) == 0:
		return errors.New("the password is empty")
	case utf8.RuneCount(password) < shortestPassword:
		return fmt.Errorf("the password has less than %d characters", shortestPassword)
	case len(password) > longestPassword:
		return fmt.Errorf("the password has more than %d bytes, of which bcrypt would see the first %d alone", longestPassword, longestPassword)
	}
	return nil
}
