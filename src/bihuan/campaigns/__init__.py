"""Special campaigns (专项行动): scope, Friday returns, ledgers, roll-up."""
