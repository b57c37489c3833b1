package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

func (p *program) deliveriesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "deliveries", Short: "Look at reports on their way to a tracker, and send them again"}
	at := &whereabouts{}
	at.flags(cmd)
	cmd.AddCommand(p.deliveriesList(at), p.deliveriesShow(at), p.deliveriesRedeliver(at), p.deliveriesPark(at), p.deliveriesRelease(at))
	return cmd
}

func (p *program) deliveriesList(at *whereabouts) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List deliveries, newest first", Args: usageArgs(cobra.NoArgs)}
	var out output
	var filter bridge.Search
	out.flag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&filter.State, "state", "", "only: pending, running, delivered, skipped, superseded, parked")
	flags.StringVar(&filter.Bug, "bug", "", "only of this bugId")
	flags.StringVar(&filter.Event, "event", "", "only of this event")
	flags.StringVar(&filter.Destination, "destination", "", "only to this destination")
	flags.StringVar(&filter.Project, "project", "", "only of this BetterBugs project")
	flags.StringVar(&filter.Rule, "rule", "", "only because of this rule")
	flags.StringVar(&filter.Words, "search", "", "a bugId, an issue's name, or words of the title")
	flags.IntVar(&filter.Limit, "limit", 50, "how many at most")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDeliveries(cmd.Context(), at, func(log deliveryLog, _ console.Hands) error {
			deliveries, err := allDeliveries(cmd.Context(), log, filter)
			if err != nil {
				return err
			}
			return out.print(p, deliveries, func() error { return p.deliveryTable(deliveries) })
		})
	}
	return cmd
}

func (p *program) deliveryTable(deliveries []bridge.Delivery) error {
	rows := [][]string{{"DELIVERY", "CHANGED", "STATE", "DESTINATION", "ISSUE", "TITLE", "REASON"}}
	for _, d := range deliveries {
		reason := d.Reason
		if d.State == bridge.DeliveryPending && !d.NextAt.IsZero() {
			reason = "next " + when(d.NextAt) + ": " + reason
		}
		rows = append(rows, []string{
			d.ID, when(d.ChangedAt), string(d.State), d.Destination, issueNames(d), short(d.Title, 32), short(reason, 72),
		})
	}
	return p.table(rows)
}

// issueNames names the delivery's issue, and beside it any that should not be there.
func issueNames(d bridge.Delivery) string {
	if len(d.Twins) == 0 {
		return d.Ref.Name
	}
	return d.Ref.Name + " (and " + refNames(d.Twins) + "!)"
}

func (p *program) deliveriesShow(at *whereabouts) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show DELIVERY", Short: "Show one delivery with every attempt", Args: usageArgs(cobra.ExactArgs(1)),
	}
	var out output
	out.flag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.withDeliveries(cmd.Context(), at, func(log deliveryLog, _ console.Hands) error {
			d, attempts, err := log.Delivery(cmd.Context(), args[0])
			if err != nil {
				return notFound(err, "bugferry deliveries list")
			}
			return out.print(p, console.DeliveryView{Delivery: d, AttemptList: attempts}, func() error {
				p.showDelivery(d, attempts)
				return nil
			})
		})
	}
	return cmd
}

func (p *program) showDelivery(d bridge.Delivery, attempts []bridge.Attempt) {
	p.say("%s  %s", d.ID, d.State)
	p.say("  report       %s %q", printable(d.BugID), short(d.Title, 80))
	p.say("  event        %s, rule %q", d.EventID, printable(d.Rule))
	p.say("  destination  %s", d.Destination)
	p.sayIf("  issue        %s", d.Ref.Name+"  "+d.Ref.URL, d.Ref.Name)
	p.sayIf("  doubled      %s; "+mendDouble, refNames(d.Twins), refNames(d.Twins))
	p.sayIf("  reason       %s", printable(d.Reason), d.Reason)
	p.sayIf("  hint         %s", printable(d.Hint), d.Hint)
	p.sayIf("  next         %s", when(d.NextAt), when(d.NextAt))
	if d.State == bridge.DeliveryParked {
		p.say("  next         once the cause is mended: bugferry deliveries release %s", d.ID)
	}
	for i, a := range attempts {
		p.say("attempt %d  %s  %s  %s", i+1, when(a.StartedAt), a.EndedAt.Sub(a.StartedAt).Round(time.Millisecond), a.Outcome)
		p.sayIf("  %s", printable(a.Detail), a.Detail)
		p.sayIf("  error: %s", printable(a.Error), a.Error)
		for _, dropped := range a.Dropped {
			field, value := dropped.Words()
			p.say("  not set: %s %q: %s", printable(field), short(value, 60), printable(dropped.Why))
		}
		for _, c := range a.Calls {
			answer := fmt.Sprint(c.Status)
			if c.Error != "" {
				answer = printable(c.Error)
			}
			p.say("  %-6s %s  %s  %s", c.Method, c.URL, answer, c.Took.Round(time.Millisecond))
		}
	}
}

// sayIf writes the line if there is something to say.
func (p *program) sayIf(format, value, something string) {
	if something != "" {
		p.say(format, value)
	}
}

func (p *program) deliveriesRedeliver(at *whereabouts) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "redeliver DELIVERY...",
		Short: "Send what these deliveries carried once more",
		Long: "redeliver makes a new delivery of the same report to the same destination. A running serve takes it up at once. It\n" +
			"reads the tracker's issue even if nothing seems to have changed, and never files a second one. Where the issue was\n" +
			"deleted it is filed again only with --recreate.",
		Args: usageArgs(cobra.MinimumNArgs(1)),
	}
	recreate := cmd.Flags().Bool("recreate", false, "if the issue was deleted, file it again")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.withDeliveries(cmd.Context(), at, func(_ deliveryLog, hands console.Hands) error {
			for _, id := range args {
				fresh, err := hands.Redeliver(cmd.Context(), id, *recreate, time.Now())
				if err != nil {
					return notFound(err, "bugferry deliveries list")
				}
				p.say("%s to %s as %s", id, fresh.Destination, fresh.ID)
			}
			return nil
		})
	}
	return cmd
}
