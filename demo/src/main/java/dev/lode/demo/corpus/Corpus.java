package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// All tables of a corpus with their rows, in the order of the publisher's load script.
final class Corpus {
    /// For the two tables that the publisher has no rows of.
    private static final TableRows.Maker NO_ROWS = (index, row) -> {};

    private final Map<String, TableShape> shapes = TableShape.all();
    private final List<TableRows> tables = new ArrayList<>();
    private final World world;

    Corpus(CorpusSpec spec) {
        world = new World(spec);
        var courts = new CourtRows(world);
        var people = new PeopleRows(world, courts);
        var cases = new CaseRows(world, courts);
        var decisions = new DecisionRows(world);
        var citations = new CitationRows(world, courts);
        var disclosures = new DisclosureRows(world);
        add("people_db_person", world.people, people::person);
        add("people_db_race", world.races, people::race);
        add("people_db_school", world.schools, people::school);
        add("search_court", world.courts, courts::court);
        add("people_db_position", world.positions, people::position);
        add("recap_fjcintegrateddatabase", world.fjc, cases::fjc);
        add("search_originatingcourtinformation", world.originating, cases::originating);
        add("search_docket", world.dockets, cases::docket);
        add("search_opinioncluster", world.clusters, decisions::cluster);
        add("search_opinioncluster_panel", world.panel, decisions::panel);
        add("search_opinioncluster_non_participating_judges", world.nonParticipating, NO_ROWS);
        add("search_opinion", world.opinions, decisions::opinion);
        add("search_opinion_joined_by", world.joinedBy, decisions::joinedBy);
        add("search_courthouse", world.courthouses, courts::courthouse);
        add("search_court_appeals_to", world.appeals, courts::appeal);
        add("search_opinionscited", world.graph.edges(), citations::cites);
        add("search_citation", world.citations, citations::citation);
        add("search_parenthetical", world.parentheticals, citations::parenthetical);
        add("audio_audio", world.audio, cases::audio);
        add("people_db_retentionevent", world.retentions, NO_ROWS);
        add("people_db_education", world.educations, people::education);
        add("people_db_politicalaffiliation", world.affiliations, people::affiliation);
        add("people_db_person_race", world.personRaces, people::personRace);
        add("disclosures_financialdisclosure", world.disclosures, disclosures::disclosure);
        add("disclosures_investment", world.investments, disclosures::investment);
        add("disclosures_position", world.outsidePositions, disclosures::position);
        add("disclosures_agreement", world.agreements, disclosures::agreement);
        add("disclosures_noninvestmentincome", world.otherIncome, disclosures::otherIncome);
        add("disclosures_spouseincome", world.spouseIncome, disclosures::spouseIncome);
        add("disclosures_reimbursement", world.reimbursements, disclosures::reimbursement);
        add("disclosures_gift", world.gifts, disclosures::gift);
        add("disclosures_debt", world.debts, disclosures::debt);
        add("citations_unmatchedcitation", world.unmatched, citations::unmatched);
    }

    List<TableRows> tables() {
        return tables;
    }

    /// An id of the table that no row has: one of a deleted row, or one above the highest.
    long missingId(String table, boolean above, long number) {
        return above ? PlantedRows.ABOVE_ALL + number : rows(table).missingId(number);
    }

    private Population rows(String table) {
        return tables.stream()
                .filter(rows -> rows.shape().table().equals(table))
                .findFirst()
                .orElseThrow(() -> LodeException.bug("generator: no table " + table, null))
                .rows();
    }

    private void add(String table, Population rows, TableRows.Maker maker) {
        var shape = shapes.get(table);
        if (shape == null) {
            throw LodeException.bug("generator: tables.txt lacks " + table, null);
        }
        tables.add(new TableRows(shape, rows, maker));
    }
}
