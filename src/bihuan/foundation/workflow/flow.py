"""A loop's table: states, transitions, guards, clocks; nothing in here touches the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bihuan.foundation.access.actor import Actor

Tone = Literal["gray", "yellow", "orange", "blue", "green", "red"]


@dataclass
class Step:
    """One act on a loop, as guards and effects see it."""

    actor: Actor
    transition: str
    at: datetime
    note: str = ""
    captured_at: datetime | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """An input of this step."""
        return self.inputs.get(name, default)


Check = Callable[[Any, Step], str | None]
Effect = Callable[[Any, Step], None]
Due = Callable[[Any, Step], datetime | None]


@dataclass(frozen=True)
class State:
    """A state: its word and colour, and what has to be done next by whom (`todo` is a capability)."""

    key: str
    title: str
    tone: Tone = "gray"
    final: bool = False
    todo: str = ""
    todo_title: str = ""


@dataclass(frozen=True)
class Input:
    """Something a transition needs to be told."""

    name: str
    title: str
    required: bool = False
    kind: Literal["text", "longtext", "date", "datetime", "choice", "file", "files", "boolean", "integer", "money", "user", "record"] = "text"
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Guard:
    """A condition with the clause or standard it comes from; returns the Chinese refusal, or None."""

    check: Check
    cites: str = ""

    def refusal(self, record: Any, step: Step) -> str | None:
        """The refusal with its source."""
        text = self.check(record, step)
        return f"{text}（依据：{self.cites}）" if text and self.cites else text


@dataclass(frozen=True)
class StartClock:
    """Starts a clock of this kind, due when `due` says; titled for to-dos and explanations."""

    kind: str
    title: str
    due: Due


@dataclass(frozen=True)
class Transition:
    """One arrow: from where to where, who may, under which conditions, with which traces."""

    name: str
    title: str
    source: tuple[str, ...]
    target: str | Callable[[Any, Step], str]
    capability: str
    inputs: tuple[Input, ...] = ()
    guards: tuple[Guard, ...] = ()
    effect: Effect | None = None
    stamps: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    starts: tuple[StartClock, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    announces: str = ""
    needs_note: bool = False
    primary: bool = False
    danger: bool = False
    hidden: bool = False

    def targets(self, all_states: tuple[str, ...]) -> tuple[str, ...]:
        """Where it can lead, for the diagram and the property tests."""
        return (self.target,) if isinstance(self.target, str) else all_states


@dataclass(frozen=True)
class Flow:
    """The whole table of one loop."""

    name: str
    title: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    opening: tuple[StartClock, ...] = ()

    def __post_init__(self) -> None:
        keys = [s.key for s in self.states]
        names = [t.name for t in self.transitions]
        if len(set(keys)) != len(keys) or len(set(names)) != len(names):
            raise ValueError(f"{self.name}: a state or transition is named twice")
        for t in self.transitions:
            unknown = (set(t.source) | ({t.target} if isinstance(t.target, str) else set())) - set(keys)
            if unknown:
                raise ValueError(f"{self.name}.{t.name}: unknown state {sorted(unknown)}")
            if any(self.state(s).final for s in t.source):
                raise ValueError(f"{self.name}.{t.name}: leaves a final state")

    @property
    def initial(self) -> str:
        """The first state of the table."""
        return self.states[0].key

    def state(self, key: str) -> State:
        """The state of that key; KeyError when there is none."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(f"{self.name} has no state {key!r}")

    def transition(self, name: str) -> Transition:
        """The transition of that name; KeyError when there is none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(f"{self.name} has no transition {name!r}")

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start in that state."""
        return tuple(t for t in self.transitions if state in t.source)

    def choices(self) -> list[tuple[str, str]]:
        """States as choices for a field or a filter."""
        return [(s.key, s.title) for s in self.states]

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {s.key}: {s.title}" for s in self.states]
        for t in self.transitions:
            for source in t.source:
                for target in t.targets(tuple(s.key for s in self.states)) if isinstance(t.target, str) else ("…",):
                    if target != "…":
                        lines.append(f"    {source} --> {target}: {t.title}")
                    else:
                        lines.append(f"    {source} --> {source}: {t.title}（按内容定去向）")
        lines += [f"    {s.key} --> [*]" for s in self.states if s.final]
        return "\n".join(lines)
