"""What must hold between the stores after the main job (reliability row 24): what a penalty, a
listing, an attested record and a grade rest on. Joins over the stores, and one call for grades."""
import books

# Acts of cases and of entries, as the stores number them.
NOTICED, PENALISED, SERVED = 3, 8, 11
ENTRY_DECIDED, ENTRY_PUBLISHED = 1, 2
# No statement window is shorter than five days, whatever the calendar says.
WINDOW_MICROS = 5 * 24 * 3600 * 10**6
# Replays are calls: the newest determinations, which know the most evidence.
REPLAYED = 40
# Facts that credit keeps as one piece of evidence each, about one operator.
EVIDENT = {"inspection": ["shian.inspection.check.recorded"],
           "sanction": ["shian.sanction.penalty.decided", "shian.sanction.listing.published"],
           "trace": ["shian.trace.recall.proposed", "shian.trace.recall.breached"]}

HAS_DOCUMENT = "length({0}) = 64 AND {0} NOT GLOB '*[^0-9a-f]*'"


def case_act(act, alias, more=""):
    """That the entry's or penalty's case has such an act."""
    return (f"EXISTS (SELECT 1 FROM case_event e WHERE e.operator = {alias}.operator "
            f"AND e.case_id = {alias}.case_id AND e.act = {act} {more})")


def entry_time(act):
    return (f"(SELECT min(time) FROM listing_event v WHERE v.operator = l.operator "
            f"AND v.entry = l.entry AND v.act = {act})")


def attested(alias, collection, key):
    """That another authority decided it, which has told so by a document."""
    return (f"EXISTS (SELECT 1 FROM attested_record a WHERE a.operator = {alias}.operator "
            f"AND a.matter = '{collection}/' || {alias}.{key} AND {HAS_DOCUMENT.format('a.document')})")


# Listed here, and not attested by whoever did.
OUR_ENTRY = "listing_entry l WHERE l.case_id <> ''"

# (what must hold, in whose store, of which rows, by which condition, beside which other stores)
RULES = [
    ("a penalty has its case", "sanction", "case_penalty p",
     "EXISTS (SELECT 1 FROM sanction_case c WHERE c.operator = p.operator "
     "AND c.case_id = p.case_id)", ()),
    ("a penalty's case has its evidence, a sample that failed in the end", "sanction",
     f"case_penalty p WHERE NOT {attested('p', 'cases', 'case_id')}",
     "EXISTS (SELECT 1 FROM lead d JOIN inspection.sample s "
     "ON d.evidence = printf('samples/%s-%04d', s.operator, s.number) "
     "WHERE d.operator = p.operator AND d.case_id = p.case_id AND s.outcome = 2)",
     ("inspection",)),
    ("a penalty was decided by an act of its case", "sanction", "case_penalty p",
     case_act(PENALISED, "p", "AND e.sequence = p.sequence"), ()),
    ("a listing has its penalty", "sanction", OUR_ENTRY,
     "EXISTS (SELECT 1 FROM case_penalty p WHERE p.operator = l.operator "
     "AND p.case_id = l.case_id AND p.heavier AND p.decision_number = l.decision_number)", ()),
    ("a listing was announced in a notice", "sanction", OUR_ENTRY,
     case_act(NOTICED, "l", "AND EXISTS (SELECT 1 FROM case_notice n WHERE "
              "n.operator = e.operator AND n.case_id = e.case_id AND n.sequence = e.sequence "
              f"AND n.listing_announced) AND e.time < {entry_time(ENTRY_DECIDED)}"), ()),
    ("a listing waited for its window", "sanction", OUR_ENTRY,
     case_act(NOTICED, "l", f"AND e.time + {WINDOW_MICROS} < {entry_time(ENTRY_DECIDED)}"), ()),
    ("a published listing was served before", "sanction",
     f"{OUR_ENTRY} AND {entry_time(ENTRY_PUBLISHED)} IS NOT NULL",
     case_act(SERVED, "l", f"AND e.time < {entry_time(ENTRY_PUBLISHED)}"), ()),
    ("a listing has a case, or an authority with a document", "sanction", "listing_entry l",
     f"l.case_id <> '' OR {attested('l', 'entries', 'entry')}", ()),
    ("official documents are numbered without a gap", "sanction",
     "document d WHERE ordinal > 0 AND kind <> 'penalty-decision'",
     "(d.ordinal = 1 OR EXISTS (SELECT 1 FROM document o WHERE o.organisation = d.organisation "
     "AND o.series = d.series AND o.year = d.year AND o.ordinal = d.ordinal - 1)) AND d.ordinal <= "
     "(SELECT c.last FROM document_counter c WHERE c.organisation = d.organisation "
     "AND c.series = d.series AND c.year = d.year)", ()),
    ("an official document has its fact", "sanction", "document",
     "(SELECT count(*) FROM document) = (SELECT count(*) FROM log_entry WHERE log = 0 "
     "AND type = 'shian.sanction.document.issued')", ()),
    ("an attested sample has its document", "inspection", "sample WHERE origin NOT LIKE 'shian.%'",
     HAS_DOCUMENT.format("document_sha256") + " AND authority <> ''", ()),
    ("an attested visit has its document", "inspection", "visit WHERE origin NOT LIKE 'shian.%'",
     HAS_DOCUMENT.format("document_sha256") + " AND authority <> ''", ()),
    ("an attested event has its document", "trace", "capture_event WHERE attested",
     HAS_DOCUMENT.format("document_sha256") + " AND authority <> ''", ()),
    ("an archive's version counts what is in it", "credit", "archive a WHERE NOT erased",
     "a.version = (SELECT count(*) FROM (SELECT version FROM subject s "
     "WHERE s.operator = a.operator UNION SELECT number FROM evidence e "
     "WHERE e.operator = a.operator UNION SELECT ended_version FROM evidence e "
     "WHERE e.operator = a.operator AND ended IS NOT NULL UNION SELECT annulled_version "
     "FROM evidence e WHERE e.operator = a.operator AND annulled IS NOT NULL))", ()),
    ("a fact is one piece of evidence of a kind", "credit", "evidence e",
     "(SELECT count(*) FROM evidence o WHERE o.operator = e.operator AND o.cause = e.cause "
     "AND o.kind = e.kind) = 1", ()),
    ("a determination's points are the sum of their parts", "credit", "determination",
     "points = static_points + dynamic_points", ()),
]


def check_rules(suite, checks):
    for what, service, table, holds, beside in RULES:
        name, _, condition = table.partition(" WHERE ")
        which = f"({condition})" if condition else "1"
        total = books.rows(suite, service, f"SELECT count(*) FROM {name} WHERE {which}", beside)
        checks.expect(total[0][0] > 0, f"{what}: there is none to look at")
        wrong = books.rows(suite, service, f"SELECT * FROM {name} WHERE {which} AND NOT ({holds}) "
                           "LIMIT 3", beside)
        checks.equal(wrong, [], what)


def check_evidence(suite, checks):
    """Credit has every fact about an operator once, and no evidence without a fact."""
    causes = {cause for (cause,) in books.rows(suite, "credit", "SELECT cause FROM evidence")}
    erased = {f"operators/{name}" for (name,) in
              books.rows(suite, "credit", "SELECT operator FROM archive WHERE erased")}
    told = set()
    for service, types in EVIDENT.items():
        facts = books.rows(suite, service, "SELECT epoch, sequence, type, subject FROM log_entry "
                           "WHERE log = 0")
        origin = books.one(suite, service, "SELECT origin FROM store_identity")
        named = {f"{origin}/facts/{epoch}/{sequence}": (kind, subject)
                 for epoch, sequence, kind, subject in facts}
        told |= named.keys()
        for kind in types:
            ids = [cause for cause, (found, subject) in named.items() if found == kind
                   and "/".join(subject.split("/")[:2]) not in erased]
            # Nobody breached a recall in the main job.
            checks.expect(ids or kind.endswith("breached"), f"there is no {kind}")
            checks.equal([cause for cause in ids if cause not in causes], [],
                         f"{kind} that credit does not know")
    checks.equal(causes - told, set(), "evidence without a fact")


def check_grades(suite, checks):
    """Each grade is what its evidence comes to when it is computed again, bit for bit."""
    newest = books.rows(suite, "credit", "SELECT d.operator, d.number FROM determination d "
                        "JOIN archive a ON a.operator = d.operator WHERE NOT a.erased "
                        f"ORDER BY d.archive_version DESC LIMIT {REPLAYED}")
    checks.expect(newest, "nobody was rated")
    for operator, number in newest:
        replay = suite.client("ctl").call("shian.credit.v1.RatingService/ReplayRating", {
            "name": f"operators/{operator}/determinations/{number}"})
        checks.expect(replay.get("identical"), f"{operator}'s grade {number}: {replay}")


def check_all(suite, checks):
    check_rules(suite, checks)
    check_evidence(suite, checks)
    check_grades(suite, checks)
