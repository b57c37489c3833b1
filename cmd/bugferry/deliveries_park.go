package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

func (p *program) deliveriesPark(at *whereabouts) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "park DELIVERY...",
		Short: "Set pending deliveries aside until they are released",
		Long: "park keeps a running serve from trying these deliveries again, with a reason for whoever looks at them. An attempt\n" +
			"that is under way has to end first.",
		Example: "  bugferry deliveries park dl_… --reason 'the project moves on Friday'",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
	}
	reason := cmd.Flags().String("reason", console.ByHand, "why")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.withDeliveries(cmd.Context(), at, func(_ deliveryLog, hands console.Hands) error {
			for _, id := range args {
				if err := hands.Park(cmd.Context(), id, *reason, time.Now()); err != nil {
					return stateHint(err)
				}
				p.say("%s is parked", id)
			}
			return nil
		})
	}
	return cmd
}

func (p *program) deliveriesRelease(at *whereabouts) *cobra.Command {
	return &cobra.Command{
		Use:   "release DELIVERY...",
		Short: "Let parked deliveries go on",
		Long: "release has a running serve try these deliveries again at once, with as much time as a new delivery has before it is\n" +
			"given up. Unlike redeliver it makes no new delivery.",
		Args: usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withDeliveries(cmd.Context(), at, func(_ deliveryLog, hands console.Hands) error {
				for _, id := range args {
					d, err := hands.Resume(cmd.Context(), id, time.Now())
					if err != nil {
						return stateHint(err)
					}
					p.say("%s to %s goes on", id, d.Destination)
				}
				return nil
			})
		},
	}
}

// stateHint says what can be done with a delivery that is not where it was thought to be.
func stateHint(err error) error {
	state, ok := errors.AsType[*bridge.StateError](err)
	switch {
	case !ok:
		return notFound(err, "bugferry deliveries list")
	case state.State == bridge.DeliveryRunning:
		return hint(err, "wait until its attempt has ended, then try again")
	case state.State.Final() && state.Want == bridge.DeliveryParked:
		return hint(err, "bugferry deliveries redeliver %s sends its report once more", state.ID)
	}
	return hint(err, "bugferry deliveries show %s", state.ID)
}
