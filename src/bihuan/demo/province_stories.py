"""What happens in the province: self-checks, visits with findings, tip-offs, major hazards with their plates, penalties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from bihuan.demo import province_moulds as kinds
from bihuan.demo.moulds import Values
from bihuan.demo.province_rows import DAY, OFFSET, Rows, moment, put_day, put_moment
from bihuan.demo.province_world import Body, Firm, Province, Tell, person_values
from bihuan.demo.story import SCOPES
from bihuan.demo.world import pack
from bihuan.enforcement.choices import OrderKind
from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.foundation.audit.models import Ref
from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.foundation.lib.times import local_date
from bihuan.hazards.choices import CHANNEL_OF_ORIGIN
from bihuan.hazards.models import DoubleReport, Hazard, NumberSeries, SelfCheckPlan, Supervision
from bihuan.hazards.services.report import place_key
from bihuan.inspections.choices import VisitKind
from bihuan.inspections.models import ProblemList, ProblemListSignature, Visit
from bihuan.reference.models import CriterionVersion

HOUR = 3600
MAJOR = 0.01
VISITED = 0.435  # share of hazards found on visits; the rest are self-checks and tip-offs
FINDINGS = 5  # on an average visit
VISIT_KINDS = (("inspection", "joint", "county", 72), ("inspection", "routine", "county", 12), ("inspection", "joint", "city", 8),
               ("cross", "cross", "county", 5), ("city_supervision", "supervision", "city", 3))  # fmt: skip
SYSTEM = {"system.id": None, "system.name": "系统（挂牌督办）", "system.home": None}


class Teller:
    """Draws what happens and hands it to the rows, in the order of time."""

    def __init__(self, world: Province, rows: Rows, *, starts: datetime, now: datetime, before: timedelta) -> None:
        self.world, self.rows, self.rng = world, rows, world.rng
        self.starts, self.now = int(starts.timestamp()), int(now.timestamp())
        self.first = int((starts - before).timestamp())
        self.numbers: Counter[tuple[str, str, str]] = Counter()
        self.cumulated = list(accumulate(f.weight for f in world.firms))
        self.texts = [{**h, "place_key": place_key(h["place"]), "text": h["text"].format(place=h["place"])} for h in pack()["general_hazards"]]
        self.fitting = {s: [t for t in self.texts if not t["sectors"] or s in t["sectors"]] for s in {f.enterprise.sector for f in world.firms}}
        self.fixes, self.opinions = pack()["fixes"], pack()["opinions"]
        self.criteria = self._criteria()
        _check_plain([*self.fixes, *self.opinions, *(value for t in self.texts for value in t.values() if isinstance(value, str))])

    def tell(self, hazards: int, say: Tell) -> None:
        """Exactly so many hazards."""
        self._plans()
        done, step = 0, max(hazards // 20, 1)
        for at, findings in self._occasions(hazards):
            firm = self.rng.choices(self.world.firms, cum_weights=self.cumulated)[0]
            if findings < 0:
                self._single(firm, at)
            else:
                self._visit(firm, at, findings)
            if (done + abs(findings)) // step > done // step:
                say(f"  隐患 {done + abs(findings)}/{hazards}")
            done += abs(findings)
        NumberSeries.objects.bulk_create(
            [NumberSeries(kind=k, division_code=d, year=int(y), last=n) for (k, d, y), n in self.numbers.items()], batch_size=500
        )

    def _occasions(self, hazards: int) -> Iterator[tuple[int, int]]:
        """(when, findings of a visit, or -1 for one finding without a visit), oldest first."""
        rng, drawn, left = self.rng, [], int(hazards * VISITED)
        while left > 0:
            count = min(rng.randrange(2 * FINDINGS + 1), left)
            drawn.append((self._moment(), count))
            left -= count
        drawn += [(self._moment(), -1) for _ in range(hazards - int(hazards * VISITED))]
        drawn.sort()
        yield from drawn

    def _moment(self) -> int:
        """In working hours; three fifths lie in the campaign, later weeks a little busier."""
        rng = self.rng
        first, last = (self.starts, self.now) if rng.random() < 0.6 else (self.first, self.starts)
        day = (first + int((last - first) * rng.random() ** 0.9) + OFFSET) // DAY
        at = day * DAY - OFFSET + 8 * HOUR + int(rng.random() * 9 * HOUR)
        return min(max(at, self.first), self.now - 2 * HOUR)

    def _single(self, firm: Firm, at: int) -> None:
        tipoff = self.rng.random() < 0.025
        origin = "tipoff" if tipoff else "self"
        self._finding(firm, at, origin, "county" if tipoff else "enterprise", firm.county.node if tipoff else firm.enterprise.organisation_id, {})

    def _visit(self, firm: Firm, at: int, findings: int) -> None:
        rng, county = self.rng, firm.county
        origin, kind, level, _ = rng.choices(VISIT_KINDS, cum_weights=VISIT_WEIGHTS)[0]
        host = rng.choice(self.world.counties) if kind == "cross" else None
        body = host or (county.city if level == "city" and county.city else county)
        values: Values = firm.values.copy()
        values |= {"body": body.node, "host": county.node}
        if host is not None:
            values |= person_values("guest", host.people["officer"])
        side = "guest" if host else f"{level}_officer"
        values |= {"first": values[f"{side}.name"], "second": rng.choice(INSPECTORS), "findings": findings}
        epochs = {"started": at, "open": at + HOUR // 2, "listed": at + 3 * HOUR, "ended": at + 3 * HOUR + 600}
        for name, epoch in epochs.items():
            put_moment(values, name, epoch)
        concluded = epochs["ended"] <= self.now
        ident = self.rows.take_id(Visit)
        found = [self._finding(firm, at, origin, level, body.node, {"visit": ident}, host) for _ in range(findings)]
        if concluded:
            self._list(firm, ident, values, found)
        self.rows.cast(Visit, kinds.visit_mould(kind, level, concluded), ident, values, epochs, f"{firm.enterprise.name} {VisitKind(kind).label}",
                       f"/inspections/{ident}/")  # fmt: skip

    def _list(self, firm: Firm, visit: int, values: Values, found: list[Values]) -> None:
        rows = [{"description": v["text"], "evidence": "现场照片", "basis": v["basis"], "type": v["type"], "note": v["number"]} for v in found]
        content = {"enterprise": firm.enterprise.name, "checked_at": values["started"], "inspectors": [values["first"], values["second"]], "rows": rows}
        text = canonical_json(content)
        digest = values["digest"] = sm3_hex(text)
        key, at = self.rows.take_id(ProblemList), values["listed.db"]
        self.rows.add(ProblemList, id=key, visit_id=visit, revision=1, content=text.decode(), digest=digest, made_at=at)
        for role, name in (("inspector", values["first"]), ("firm", values["principal.name"])):
            self.rows.add(ProblemListSignature, problem_list_id=key, role=role, name=name, refused=False, reason="", witness="", digest=digest, signed_at=at)

    def _number(self, kind: str, values: Values, division: str, day: str) -> str:
        key = (kind, division, day[:4])
        self.numbers[key] += 1
        return f"{kind}-{division}-{day[:4]}-{self.numbers[key]:0{6 if kind == 'YH' else 4}d}"

    def _finding(self, firm: Firm, at: int, origin: str, checking_level: str, body: int, more: Values, host: Body | None = None) -> Values:
        """One hazard with everything that follows from it up to now."""
        rng = self.rng
        major = rng.random() < MAJOR
        ident = self.rows.take_id(Hazard)
        values: Values = firm.values | more
        opened = at if origin == "self" else at + HOUR
        epochs = {"found": at, "open": opened}
        put_day(values, "today", opened)
        values["body"], values["number"] = body, self._number("YH", values, firm.enterprise.division_code, values["today"])
        if host is not None:
            values |= person_values("guest", host.people["officer"])
        if major:
            self._describe_major(firm, values)
        else:
            item = rng.choice(self.fitting[firm.enterprise.sector])
            values |= {"title": item["title"], "text": item["text"], "basis": item["basis"], "place": item["place"], "place_key": item["place_key"], "type": "一般"}
        path = self._major_path(firm, opened, epochs, values, origin) if major else self._path(firm, opened, epochs, values, origin == "self")
        for name, epoch in epochs.items():
            put_moment(values, name, epoch)
        helped = origin == "self" and firm.helped_since is not None and firm.helped_since <= at
        mould = kinds.hazard_mould(origin, "paired_help" if helped else CHANNEL_OF_ORIGIN[origin], checking_level, "major" if major else "general", path)
        self.rows.cast(Hazard, mould, ident, values, epochs, f"{values['number']} {values['title']}", f"/hazards/{ident}/")
        if major:
            self._follow_major(firm, ident, values, epochs, path, origin, checking_level)
        return values

    def _path(self, firm: Firm, opened: int, epochs: dict[str, int], values: Values, own: bool) -> tuple[str, ...]:
        """How far a general hazard has come; the times go into `epochs`."""
        rng = self.rng
        at = opened + int(rng.uniform(0.02, 0.8 if own else 1.2) * DAY)
        if at > self.now:
            return ()
        epochs["t1"] = at
        if rng.random() < 0.008:
            return (kinds.WITHDRAW,)
        put_day(values, "due", at + rng.randrange(5, 16) * DAY)
        path = [kinds.CONFIRM]
        slow = 1.0 if rng.random() < firm.honest + 0.12 else 2.6
        redone = rng.random() < 0.04
        steps = [(kinds.FIX, 0.5, 9 * slow)] + ([(kinds.REJECT, 0.1, 3), (kinds.FIX, 0.5, 5)] if redone else []) + [(kinds.ACCEPT, 0.1, 3)]
        for name, low, high in steps:
            at += int(rng.uniform(low, high) * DAY)
            if at > self.now:
                break
            path.append(name)
            key = f"t{len(path)}"
            epochs[key] = at
            if name == kinds.FIX:
                # A second fix in the same words would be no change of the words, and its entry another one.
                values[f"{key}.summary"] = rng.choice(self.fixes) if key == "t2" else "已按复查意见返工整改"
            elif name == kinds.REJECT:
                put_day(values, "second_due", at + 5 * DAY)
                if values["second_due"] == values["due"]:
                    put_day(values, "second_due", at + 6 * DAY)
            else:
                values["opinion"] = rng.choice(self.opinions)
        return tuple(path)

    def _criteria(self) -> dict[str, list[CriterionVersion]]:
        versions = list(CriterionVersion.objects.effective_on(local_date(moment(self.first))).select_related("criterion"))
        common = [v for v in versions if v.scope in ("general", "confined_space")]
        return {sector: [v for v in versions if v.scope == scope] or common for sector, scope in SCOPES.items()}

    def _describe_major(self, firm: Firm, values: Values) -> None:
        version = self.rng.choice(self.criteria[firm.enterprise.sector])
        place = self.rng.choice(("主厂房", "熔炼区", "打磨间", "污水站", "制冷机房", "原料库"))
        title = version.title[:60]
        _check_plain([title, version.citation])
        values |= {"criterion": version.pk, "title": title, "text": f"{title}。", "basis": version.citation, "place": place, "place_key": place, "type": "重大",
                   "planner": f"{values['principal.name']}（主要负责人）", "amount": self.rng.randrange(20, 900) * 100_000}  # fmt: skip

    def _major_path(self, firm: Firm, opened: int, epochs: dict[str, int], values: Values, origin: str) -> tuple[str, ...]:
        rng, path, at = self.rng, [], opened
        slow = 1.0 if rng.random() < firm.honest else 4.0
        for name, low, high in ((kinds.CONFIRM, 0.25, 0.9), (kinds.PLAN, 0.5, 2.5), (kinds.APPROVE, 0.2, 1.5), (kinds.FIX, 3, 14 * slow), (kinds.ACCEPT, 0.3, 3)):
            at += int(rng.uniform(low, high) * DAY)
            if at > self.now:
                break
            path.append(kinds.STOP if name == kinds.APPROVE and rng.random() < 0.15 else name)
            key = f"t{len(path)}"
            epochs[key] = at
            if name == kinds.CONFIRM:
                days = rng.randrange(12, 31)
                put_day(values, "due", at + days * DAY)
                put_day(values, "plan_due", at + (days - 1) * DAY)
                if origin == "self":
                    epochs |= {"receipt": opened + HOUR, "notice": opened + 3 * HOUR}
            elif name == kinds.FIX:
                values[f"{key}.summary"] = "已按方案完成整改并自行验收"
        values["opinion"] = "现场逐项核实，符合要求，同意销号"
        return tuple(path)

    def _follow_major(
        self, firm: Firm, hazard: int, values: Values, epochs: dict[str, int], path: tuple[str, ...], origin: str, checking_level: str
    ) -> None:
        """Double report, plate, orders and penalties."""
        received = "receipt" in epochs
        self.rows.add(DoubleReport, hazard_id=hazard, reported_at=values["open.db"], received_at=values["receipt.db"] if received else None,
                  received_by_id=values["county_officer.id"] if received else None, noticed_at=values["notice.db"] if received else None,
                  noticed_by_id=values["manager.id"] if received else None, notice_id=None, notice_text=kinds.NOTICE if received else "")  # fmt: skip
        if not path:
            return
        side = "city" if checking_level == "city" else "county"
        body = firm.county.city if side == "city" and firm.county.city else firm.county
        plate = firm.values | SYSTEM
        plate |= {"hazard": hazard, "plate_body": body.node, "number": values["number"]}
        times = {"listed": epochs["t1"]}
        if path[-1] == kinds.ACCEPT:
            times["t1"] = epochs[f"t{len(path)}"]
            removed = times["t1"] + int(self.rng.uniform(0.2, 3) * DAY)
            if removed <= self.now and self.rng.random() < 0.8:
                times["t2"] = removed
        for name, epoch in times.items():
            put_moment(plate, name, epoch)
        plate["plate"] = self._number("ZD", plate, firm.enterprise.division_code, plate["listed"])
        mould = kinds.plate_mould(side, tuple(name for name in ("t1", "t2") if name in times))
        self.rows.cast(Supervision, mould, self.rows.take_id(Supervision), plate, times, plate["plate"], f"/hazards/{hazard}/")
        if origin != "self":
            self._punish(firm, hazard, epochs["t1"] + DAY, body)

    def _punish(self, firm: Firm, hazard: int, at: int, body: Body) -> None:
        rng, e = self.rng, firm.enterprise
        if at + HOUR > self.now:
            return
        who, known = body.people["law"], at + HOUR
        when: Values = {}
        later: Values = {}
        put_moment(when, "at", at)
        put_moment(when, "known", known)
        put_moment(later, "due", at + 20 * DAY)
        common = {
            "organisation_id": e.organisation_id, "enterprise_id": e.pk, "unit_id": e.reporting_unit_id, "body_id": body.node, "document_number": "",
            "hazard_id": hazard, "recorded_at": when["known.db"], "recorded_by_id": who.user_id, "void_at": None, "void_reason": "",
        }  # fmt: skip

        def keep(model: Any, action: str, text: str, **columns: Any) -> None:
            key = self.rows.take_id(model)
            self.rows.add(model, id=key, **common, **columns)
            self.rows.note(who, action, Ref(model._meta.label_lower, key), at=moment(known), after={"enterprise": e.pk, "body": body.node, "text": text})

        kind = rng.choices(("rectify", "stop", "close"), (80, 17, 3))[0]
        keep(Order, "enforcement.order", f"{e.name} {OrderKind(kind).label}", kind=kind, content="责令按期整改重大事故隐患", issued_at=when["at.db"], due_at=later["due.db"],
             lifted_at=None)  # fmt: skip
        if rng.random() < 0.55:
            keep(PenaltyDecision, "enforcement.penalty", f"{e.name} ", target="firm", person="", violation="未采取措施消除重大事故隐患", basis_code="PEN-102",
                 amount_fen=rng.randrange(2, 16) * 1_000_000, decided_at=when["at.db"])  # fmt: skip
        if rng.random() < 0.2:
            keep(PenaltyDecision, "enforcement.penalty", f"{e.name} ", target="principal", person=e.principal_name, violation="主要负责人未履行安全生产管理职责",
                 basis_code="PEN-094", amount_fen=rng.randrange(2, 5) * 1_000_000, decided_at=when["at.db"])  # fmt: skip

    def _plans(self) -> None:
        """Most firms make a self-check plan in the campaign's first weeks."""
        title = "冬季风险隐患自查自改工作方案"
        for firm in self.world.firms:
            made = self.starts + int(self.rng.uniform(1, 20 + 60 * (1 - firm.honest)) * DAY)
            if made + HOUR > self.now or self.rng.random() > firm.honest + 0.2:
                continue
            values: Values = {}
            put_moment(values, "made", made)
            put_moment(values, "known", made + HOUR)
            key, e, who = self.rows.take_id(SelfCheckPlan), firm.enterprise, firm.people["principal"]
            leader = f"{e.principal_name}（主要负责人）"
            self.rows.add(SelfCheckPlan, id=key, organisation_id=e.organisation_id, enterprise_id=e.pk, unit_id=e.reporting_unit_id, title=title, leader=leader,
                      members="安全、生产、设备负责人", scope="对照重大事故隐患判定标准，排查粉尘、有限空间、煤气、危险作业", made_at=values["made.db"],
                      recorded_at=values["known.db"], made_by_id=who.user_id, void_at=None)  # fmt: skip
            self.rows.note(who, "hazards.self_check_plan", Ref(SelfCheckPlan._meta.label_lower, key), at=moment(made + HOUR),
                           after={"enterprise": e.pk, "title": title, "leader": leader})  # fmt: skip


VISIT_WEIGHTS = list(accumulate(weight for *_, weight in VISIT_KINDS))
INSPECTORS = ("高立军", "许永胜", "曹建国")


def _check_plain(texts: list[str]) -> None:
    """Moulds paste texts into JSON as they are."""
    for text in texts:
        if canonical_json(text).decode() != f'"{text}"':
            raise ValueError(f"this text would need an escape: {text}")
