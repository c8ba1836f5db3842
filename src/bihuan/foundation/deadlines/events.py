"""What can happen here, by the name under which it is announced."""

# clock=Clock: a running clock's due moment has passed; once per clock (`clock.overdue_at` says when it was marked).
OVERDUE = "deadlines.overdue"
