"""The key that compares values of one hyperparameter."""

from __future__ import annotations

from tfwizard.language import _
from tfwizard.tui.actions.running import Running
from tfwizard.tui.screens.number import Ask

#: Beside the script's own rate: a tenth and ten times of it.
AROUND = (0.1, 1.0, 10.0)


class Comparing(Running):
    """Asks what to compare, and shows it."""

    def action_compare(self) -> None:
        """Ask for the values, unless it is too early."""
        if self.script_runs or self.is_trying or self.session.finishing:
            self.say_it_runs()
        elif why := self.session.refuses_to_compare():
            self.say(why, bad=True)
        else:
            facts = self.session.run_state.facts.hyperparameters
            rate = facts.learning_rate if facts and facts.learning_rate else 1e-3
            text = "learning_rate=" + ",".join(f"{rate * times:g}" for times in AROUND)
            hint = _(
                "One hyperparameter and its values: learning_rate, batch_size, seed, dropout, or one of the optimizer's"
            )
            self.push_screen(Ask(_("Compare"), text, hint, self._compare, _("compares them"), same_too=True))

    async def _compare(self, text: str) -> str:
        from tfwizard.session.comparing import BadSetting, read_settings

        try:
            setting = read_settings(text.split())
        except BadSetting as why:
            return str(why)
        self.notice = ""
        self.navigated = True
        self.run_worker(self._guard(self.session.compare(setting)), group="run", exclusive=True, exit_on_error=False)
        self.go("compare")
        return ""
