"""The notice's own season, 2024-12-11 to 2025-03-31: every Friday compiled, checked, signed, and at the end run again.

The season is played once through the services; each test looks at it from one side. What Annex 1 should say is counted
here a second time by plain loops over the records, which know nothing of the figures engine.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.test import TestCase

from bihuan.campaigns import rules
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import Correction, Return, Snapshot
from bihuan.campaigns.services import returns
from bihuan.campaigns.services.compile import differences, figures_at
from bihuan.foundation.audit.services import verify
from bihuan.foundation.lib.times import SHANGHAI
from bihuan.hazards import services as hazards
from bihuan.hazards.models import Hazard
from tests.campaign.season import (
    COUNTY_GENERAL,
    CROSS_FROM,
    DAY,
    HOUR,
    MERGED_IN,
    WEEKS,
    Friday,
    Season,
    play,
    snapshot_of,
)

UNITS = ("140921", "140922", "91140921MA0CCCCC14")


def signed(week: Friday) -> dict[str, Snapshot]:
    """Snapshots of that Friday by unit code."""
    return {code: snapshot_of(weekly) for code, weekly in week.units.items()}


def counted(unit_id: int, campaign: Any, cutoff: datetime) -> dict[str, int]:
    """Annex 1's hazard lines of a unit, counted by hand: no query conditions, no figures engine."""
    out: dict[str, int] = {}

    def add(key: str, hazard: Hazard) -> None:
        out[f"{key}.found"] = out.get(f"{key}.found", 0) + 1
        if hazard.closed_at is not None and hazard.closed_at <= cutoff:
            out[f"{key}.fixed"] = out.get(f"{key}.fixed", 0) + 1

    for hazard in Hazard.objects.all():
        if hazard.unit_id != unit_id or not campaign.starts_at <= hazard.found_at <= campaign.ends_at:
            continue
        if hazard.confirmed_at is None or hazard.confirmed_at > cutoff:
            continue
        if hazard.withdrawn_at is not None and hazard.withdrawn_at <= cutoff:
            continue
        key = hazard.origin if hazard.origin != "inspection" else f"inspection.{hazard.checking_level}"
        add(f"hazards.{key}.{hazard.level}", hazard)
        if hazard.origin == "self" and hazard.channel == "paired_help":
            add(f"hazards.self.helped.{hazard.level}", hazard)
    return out


class WholeCampaign(TestCase):
    """The season is played once for all of these."""

    season: ClassVar[Season]

    @classmethod
    def setUpTestData(cls) -> None:
        """Sixteen weeks."""
        cls.season = play()

    @pytest.mark.requirement("X24-055")
    def test_sixteen_fridays_were_handed_in_by_every_unit(self) -> None:
        season = self.season
        assert [str(season.campaign.fridays()[i]) for i in (0, -1)] == ["2024-12-13", "2025-03-28"]
        assert len(season.fridays) == WEEKS
        for week in season.fridays:
            assert set(week.units) == {*UNITS, "140900"}
            assert [week.units[code].status for code in UNITS] == ["accepted"] * 3
            assert week.city.status == "reported"
            assert not Return.objects.of_week(week.city.week).missing().exists()

    def test_the_season_is_rich_enough_to_prove_something(self) -> None:
        season = self.season
        last = snapshot_of(season.fridays[-1].city).figures
        empty = [slot.name for slot in annex1().slots if not last[slot.figure]]
        # No city-level general finding, no second helped major: everything else has happened.
        assert set(empty) <= {"city_check.general_found", "city_check.general_fixed", "helped.major_fixed"}, empty
        assert last["hazards.city_supervision.major.found"] == last["hazards.tipoff.major.found"] == 1

    @pytest.mark.requirement("X24-060")
    def test_every_signed_number_is_what_counting_by_hand_gives(self) -> None:
        season = self.season
        for week in season.fridays:
            for code in UNITS:
                snapshot = snapshot_of(week.units[code])
                by_hand = counted(week.units[code].organisation_id, season.campaign, week.cutoff)
                for key, value in snapshot.figures.items():
                    if key.startswith("hazards.") and key != "hazards.self_check.plans" and value is not None:
                        assert value == by_hand.get(key, 0), (week.number, code, key)

    @pytest.mark.requirement("INV-1")
    def test_fixed_never_exceeds_found(self) -> None:
        season = self.season
        pairs = [(f.key, f.not_above) for f in annex1().figures() if f.not_above]
        assert len(pairs) >= 10
        open_somewhere = False
        for week in season.fridays:
            for snapshot in signed(week).values():
                for values in (snapshot.figures, *snapshot.by_unit.values()):
                    for fixed, found_key in pairs:
                        if values[fixed] is not None:
                            assert values[fixed] <= values[found_key]
                            open_somewhere |= values[fixed] < values[found_key]
        assert open_somewhere

    @pytest.mark.requirement("INV-2", "X24-067")
    def test_numbers_only_rise_save_where_a_signed_correction_says_why(self) -> None:
        season = self.season
        falls = []
        for before, after in zip(season.fridays, season.fridays[1:], strict=False):
            for code in (*UNITS, "140900"):
                old, new = snapshot_of(before.units[code]).figures, snapshot_of(after.units[code]).figures
                falls += [(after.number, code, key) for key, value in old.items() if value is not None and (new[key] is None or new[key] < value)]
        explained = Correction.objects.select_related("weekly_return__organisation")
        assert sorted(falls) == sorted((season.campaign.number_of(c.weekly_return.friday), c.weekly_return.organisation.code, c.figure) for c in explained)
        assert {(week, key) for week, _, key in falls} == {(MERGED_IN, COUNTY_GENERAL)}
        assert all(c.value_after < c.value_before for c in explained)

    @pytest.mark.requirement("INV-3", "X24-053")
    def test_the_city_is_the_sum_of_its_units_and_the_key_firm_counts_once(self) -> None:
        season = self.season
        additive = [f.key for f in annex1().figures() if f.key.startswith("hazards.") or f.measure.kind != "distinct"]
        for week in season.fridays:
            shots = signed(week)
            city = shots["140900"].figures
            for key in additive:
                parts = [shots[code].figures[key] for code in UNITS]
                if city[key] is not None:
                    assert city[key] == sum(p or 0 for p in parts), (week.number, key)
        plant, county = signed(season.fridays[-1])[UNITS[2]].figures, signed(season.fridays[-1])["140921"].figures
        assert plant["hazards.self.general.found"] == WEEKS
        # The plant lies in the county, but the county's own number is that of its own firm alone.
        assert county["hazards.self.general.found"] == WEEKS

    @pytest.mark.requirement("INV-4", "X24-061")
    def test_paired_help_stays_within_the_self_check_it_is_part_of(self) -> None:
        season = self.season
        parts = [(f.key, f.part_of) for f in annex1().figures() if f.part_of in {g.key for g in annex1().figures()}]
        assert len(parts) >= 4
        for week in season.fridays:
            for snapshot in signed(week).values():
                assert all((snapshot.figures[part] or 0) <= (snapshot.figures[whole] or 0) for part, whole in parts)
        assert (snapshot_of(season.fridays[-1].city).figures["hazards.self.helped.general.found"] or 0) > 0

    @pytest.mark.requirement("INV-5", "X24-064")
    def test_annex_2_has_a_row_for_every_major_hazard_of_annex_1_and_the_two_beside_it(self) -> None:
        season = self.season
        layout = annex1()
        for week in season.fridays:
            for code, snapshot in signed(week).items():
                on_form = sum(snapshot.figures[k] or 0 for k in layout.ledger_majors)
                beside = sum(snapshot.figures[k] or 0 for k in layout.reconciling)
                assert len(snapshot.ledger) == on_form + beside
                line = [f for f in snapshot.findings if f["code"] == "returns.reconciled"]
                assert bool(line) is bool(beside), (week.number, code)
        assert len(snapshot_of(season.fridays[-1].city).ledger) == 7
        assert {row["stage"] for row in snapshot_of(season.fridays[-1].city).ledger} == {"企业自查", "市县检查", "交叉检查", "市级督查", "群众举报"}

    @pytest.mark.requirement("INV-6")
    def test_every_major_hazard_has_criterion_supervision_plan_and_double_report(self) -> None:
        season = self.season
        majors = Hazard.objects.filter(level="major").select_related("criterion", "supervision", "double_report")
        assert len(majors) == 7
        for hazard in majors:
            assert hazard.criterion is not None
            assert hazard.criterion.number
            assert hazard.supervision is not None
            assert all((hazard.plan_person, hazard.plan_measures, hazard.plan_amount_fen is not None, hazard.plan_due_on, hazard.plan_contingency))
            if hazard.origin == "self":
                assert hazard.double_report.received_at
                assert hazard.double_report.noticed_at
        assert not [f for week in season.fridays for fs in week.findings.values() for f in fs if f.code.startswith("returns.no_") or f.code == "returns.not_listed"]

    @pytest.mark.requirement("INV-7")
    def test_nobody_closed_what_they_reported_fixed(self) -> None:
        closed = Hazard.objects.filter(status="closed")
        assert closed.count() > 60
        assert all(h.rectified_by_id and h.rechecked_by_id and h.rectified_by_id != h.rechecked_by_id for h in closed)

    @pytest.mark.requirement("INV-8", "X24-056")
    def test_every_past_week_run_again_gives_what_was_signed(self) -> None:
        season = self.season
        for week in season.fridays:
            for code, snapshot in signed(week).items():
                values, by_unit = figures_at(week.units[code], cutoff=week.cutoff)
                assert values == snapshot.figures, (week.number, code)
                assert by_unit == snapshot.by_unit
                assert differences(snapshot) == []
                assert snapshot.digest == returns.snapshot_digest(returns.snapshot_content(snapshot))
                with pytest.raises(TypeError):
                    snapshot.save()

    def test_nothing_blocked_but_the_merged_finding_until_it_was_explained(self) -> None:
        season = self.season
        blocked = [(week.number, f.code) for week in season.fridays for found_ in week.findings.values() for f in rules.blocking(found_)]
        assert blocked == []

    @pytest.mark.requirement("X24-063")
    def test_row_four_is_empty_until_march_and_then_counts(self) -> None:
        season = self.season
        keys = [s.figure for s in annex1().slots if s.row == 4]
        for week in season.fridays:
            for snapshot in signed(week).values():
                values = [snapshot.figures[k] for k in keys]
                if week.number < CROSS_FROM:
                    assert values == [None] * 6
                else:
                    assert None not in values
        assert season.fridays[CROSS_FROM - 1].cutoff.astimezone(SHANGHAI).date().isoformat() == "2025-03-07"
        first, last = (snapshot_of(season.fridays[i].city).figures for i in (CROSS_FROM - 1, -1))
        assert (first["inspections.cross.counties"], last["inspections.cross.counties"]) == (1, 2)
        assert last["hazards.cross.general.found"] == 4

    @pytest.mark.requirement("X24-015")
    def test_the_first_of_april_is_outside_the_campaign(self) -> None:
        season = self.season
        city = season.fridays[-1].city
        after = datetime(2025, 4, 10, 15, tzinfo=SHANGHAI)
        before, _ = figures_at(city, cutoff=after)
        with transaction.atomic():
            for moment, expected in ((datetime(2025, 3, 31, 23, 30, tzinfo=SHANGHAI), 1), (datetime(2025, 4, 1, 0, 30, tzinfo=SHANGHAI), 1)):
                season.stage.now = moment
                hazard = season.stage.report("county_officer", place=f"{moment}", at=moment)
                hazards.confirm_hazard(season.who("county_officer"), hazard, at=moment + HOUR, due_on=(moment + 9 * DAY).date())
                now, _ = figures_at(city, cutoff=after)
                assert now[COUNTY_GENERAL] - before[COUNTY_GENERAL] == expected  # type: ignore[operator]
            assert differences(snapshot_of(city)) == []
            transaction.set_rollback(True)

    @pytest.mark.requirement("INV-2")
    def test_a_number_that_falls_without_a_correction_is_refused(self) -> None:
        season = self.season
        week, before = season.fridays[MERGED_IN - 1], season.fridays[MERGED_IN - 2]
        old, new = snapshot_of(before.units["140921"]).figures, snapshot_of(week.units["140921"]).figures
        shapes = [rules.Shape(f.key, f.title) for f in annex1().figures()]
        assert rules.blocking(rules.never_falls(new, old, shapes, set()))
        assert not rules.blocking(rules.never_falls(new, old, shapes, {COUNTY_GENERAL}))

    def test_the_histories_of_the_season_are_whole(self) -> None:
        assert verify().fault is None
