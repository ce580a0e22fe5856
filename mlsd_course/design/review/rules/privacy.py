"""Rules on personal data and access: the law, its duties, protection, and a person to turn to."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.personal_data import kept_too_long, unprotected
from mlsd_course.design.model.requirements import (
    Compliance,
    Maintainability,
)
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import duration


class PersonalDataWithoutLaw(Rule):
    """Personal data are processed, and no requirement says under which law and for how long."""

    code, slug, step, severity = "R12", "personal-data-without-law", "requirements", "error"
    remedy = "Add Compliance(regime=…, obligations=[…], erase_within_days=…, retention_days=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects where a component holds personal data without a Compliance requirement."""
        if facts.personal_data and not facts.requirements.of(Compliance):
            yield "system_requirements", "A component holds personal data, and no Compliance is required."


class LawWithoutDuty(Rule):
    """'GDPR' is not a requirement; 'every copy erased within 30 days of a request' is.

    Regulation (EU) 2016/679, article 17 (erasure), article 5(1)(e) (storage limitation).
    """

    code, slug, step = "R13", "law-without-duty", "requirements"
    remedy = "List the obligations, and set erase_within_days and retention_days for personal data."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a regime without duties or, for personal data, without both time limits."""
        for law in facts.requirements.of(Compliance):
            if not law.obligations:
                yield law.name, "No obligation is listed."
            elif law.personal_data and (law.erase_within_days is None or law.retention_days is None):
                yield law.name, "Personal data have no time limit for erasure or for keeping."


class KeptLongerThanErased(Rule):
    """Data that must be erased within some days live on in every model and copy that is renewed more rarely than that."""

    code, slug, step, severity = "R26", "kept-longer-than-erased", "requirements", "warning"
    remedy = "Renew models and copies within the time for erasure, or keep what identifies people out of them."

    def objections(self, facts: Facts) -> Objections:
        """Objects where a change takes longer to go out than erasure may take."""
        for law in facts.requirements.of(Compliance):
            for change in facts.requirements.of(Maintainability):
                if law.erase_within_days is not None and change.update_days > law.erase_within_days:
                    out = duration(change.update_days * 86_400)
                    yield (
                        law.name,
                        f"Erase within {law.erase_within_days:g} days, and a new model takes {out} to go out.",
                    )


class UnprotectedPersonalData(Rule):
    """Personal data lie unencrypted or open to whoever reaches the component.

    Regulation (EU) 2016/679, article 32(1): encryption and confidentiality of processing.
    """

    code, slug, step, severity = "A23", "unprotected-personal-data", "architecture", "error"
    remedy = "Set encrypted=True and authenticated=True once they are."

    def objections(self, facts: Facts) -> Objections:
        """Objects to personal data without encryption or authentication."""
        for part in facts.architecture.components:
            missing = unprotected(part)
            if missing:
                yield part.name, f"It holds personal data and is not {' and not '.join(missing)}."


class PersonalDataKeptTooLong(Rule):
    """Personal data without an end of storage break the storage limitation, and every copy makes erasure dearer."""

    code, slug, step, severity = "A24", "personal-data-kept-too-long", "architecture", "error"
    remedy = "Set retention_days on the component, at most what Compliance allows."

    def objections(self, facts: Facts) -> Objections:
        """Objects to personal data kept without limit, or longer than allowed."""
        limit_days = facts.retention_limit_days
        for part in facts.architecture.components:
            if not kept_too_long(part, limit_days):
                continue
            if part.retention_days is None:
                yield part.name, "It keeps personal data without an end."
            else:
                yield part.name, f"It keeps personal data {part.retention_days:g} days; {limit_days:g} are allowed."


class UnauthenticatedEntry(Rule):
    """An entry that anybody can call serves scrapers, model thieves and your competitors at your cost.

    A model can be copied through its answers alone (Tramèr et al., USENIX Security 2016).
    """

    code, slug, step = "A25", "unauthenticated-entry", "architecture"
    remedy = "Set authenticated=True on the API that answers, and limit the rate per caller."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no API or frontend on the way checks who calls."""
        entries = [part for part in facts.on_request_path if part.role in ("api", "frontend")]
        if entries and not any(part.authenticated for part in entries):
            yield entries[0].name, "Nobody asks who is calling."


class NoHumanReview(Rule):
    """A decision about a person that only a machine takes needs a person to turn to.

    Regulation (EU) 2016/679, article 22(3): the right to human intervention and to contest the decision.
    """

    code, slug, step, severity = "S23", "no-human-review", "strategy", "error"
    remedy = "Add a Risk about wrong decisions whose fallback is a review by a human."

    def objections(self, facts: Facts) -> Objections:
        """Objects to automated decisions where no fallback or mitigation names a human."""
        text = " ".join(f"{risk.mitigation} {risk.fallback}" for risk in facts.strategy.risks).lower()
        for law in facts.requirements.of(Compliance):
            if law.automated_decision and not any(
                word in text for word in ("human", "person", "reviewer", "analyst", "agent", "appeal", "moderator")
            ):
                yield law.name, "Decisions are automated, and no human can be asked."
