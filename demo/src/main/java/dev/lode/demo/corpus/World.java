package dev.lode.demo.corpus;

import java.util.function.LongUnaryOperator;

/// Everything that tables share: which rows there are, who belongs to whom, the words, and the
/// time. Not thread safe.
final class World {
    /// Opinions of a hundred clusters: one each, and seven more that fall on some of them.
    private static final int CLUSTERS = 100;

    private static final int THEIR_OPINIONS = 107;
    private static final int[] CITED_CLUSTER = {0, 1, 1, 2, 2, 3, 3, 3, 4};
    private static final int CITED_CLUSTERS = 5;

    final Lexicon lexicon = new Lexicon();
    final Prose prose = new Prose(lexicon);
    final Timeline time;
    final Scale scale;
    final long hugeField;

    final Population courts;
    final Population appeals;
    final Population courthouses;
    final Population people;
    final Population races;
    final Population personRaces;
    final Population schools;
    final Population positions;
    final Population retentions;
    final Population educations;
    final Population affiliations;
    final Population fjc;
    final Population originating;
    final Population dockets;
    final Population clusters;
    final OwnedPopulation panel;
    final Population nonParticipating;
    final OwnedPopulation opinions;
    final OwnedPopulation joinedBy;
    final Population audio;
    final OwnedPopulation citations;
    final CitationGraph graph;
    final Population parentheticals;
    final OwnedPopulation unmatched;
    final Population disclosures;
    final Population investments;
    final Population outsidePositions;
    final Population agreements;
    final Population otherIncome;
    final Population spouseIncome;
    final Population reimbursements;
    final Population gifts;
    final Population debts;

    private final long seed;
    private final double changed;
    private final double added;
    private final double vanished;
    private final Draw side = new Draw();

    World(CorpusSpec spec) {
        seed = Mix.of(spec.seed(), "corpus 1");
        changed = spec.next().map(NextSnapshot::changed).orElse(0.0);
        added = spec.next().map(NextSnapshot::added).orElse(0.0);
        vanished = spec.next().map(NextSnapshot::vanished).orElse(0.0);
        time = new Timeline(spec.firstDate(), spec.date());
        scale = new Scale(spec.size().bytes());
        hugeField = spec.hugeField().bytes();

        courts = rows("courts", scale.courts());
        appeals = owned("appeals", courts, span -> span / 2, index -> index * 2 + 1, 0);
        courthouses = rows("courthouses", Math.max(4, scale.courts() / 5));
        people = rows("people", scale.perOpinion(0.0015, 30));
        long persons = people.span(false);
        races = new Population(Mix.of(seed, "races"), 8, 8, 0, 0);
        personRaces = owned("person races", people, span -> (span + 1) / 2, index -> index * 2, 0);
        schools = rows("schools", scale.schools());
        positions = rows("positions", persons * 3);
        retentions = rows("retentions", 0);
        educations = rows("educations", persons * 4 / 5);
        affiliations = rows("affiliations", persons / 2);
        dockets = rows("dockets", scale.perOpinion(6.64, 100));
        fjc = kept("fjc", Math.max(10, dockets.span(false) / 664));
        originating = kept("originating", Math.max(8, dockets.span(false) / 133));
        clusters = rows("clusters", scale.perOpinion(1 / 1.07, 22));
        panel =
                owned(
                        "panel",
                        clusters,
                        span -> (span + 31) / 32 * 3,
                        index -> index / 3 * 32 + 7,
                        0);
        nonParticipating = rows("non participating", 0);
        opinions =
                owned(
                        "opinions",
                        clusters,
                        span -> (span + CLUSTERS - 1) / CLUSTERS * THEIR_OPINIONS,
                        this::clusterOf,
                        changed);
        joinedBy =
                owned("joined by", opinions, span -> (span + 19) / 20, index -> index * 20 + 3, 0);
        audio = rows("audio", scale.perOpinion(0.0093, 4));
        citations =
                owned(
                        "citations",
                        clusters,
                        span -> (span + CITED_CLUSTERS - 1) / CITED_CLUSTERS * CITED_CLUSTER.length,
                        index ->
                                index / CITED_CLUSTER.length * CITED_CLUSTERS
                                        + CITED_CLUSTER[(int) (index % CITED_CLUSTER.length)],
                        changed);
        graph = new CitationGraph(Mix.of(seed, "graph"), opinions, clusters.span(false), changed);
        parentheticals = rows("parentheticals", scale.perOpinion(0.59, 30));
        unmatched =
                owned(
                        "unmatched",
                        opinions,
                        span -> (span + 9) / 10 * 11,
                        index -> index / 11 * 10 + (index % 11 == 10 ? 5 : index % 11),
                        changed);
        disclosures = rows("disclosures", scale.perOpinion(0.0032, 8));
        long reports = disclosures.span(false);
        investments = rows("investments", reports * 55 / (reports < 100 ? 10 : 1));
        outsidePositions = rows("outside positions", reports * 2);
        agreements = rows("agreements", reports);
        otherIncome = rows("other income", reports);
        spouseIncome = rows("spouse income", reports / 2);
        reimbursements = rows("reimbursements", reports * 2);
        gifts = rows("gifts", Math.max(3, reports / 7));
        debts = rows("debts", Math.max(3, reports * 2 / 5));
    }

    /// The cluster that an opinion belongs to.
    long clusterOf(long opinion) {
        long group = opinion / THEIR_OPINIONS;
        long rest = opinion % THEIR_OPINIONS;
        return group * CLUSTERS + (rest < CLUSTERS ? rest : Mix.of(seed, opinion) >>> 1) % CLUSTERS;
    }

    /// Whether the opinion is the first of its cluster.
    static boolean leads(long opinion) {
        return opinion % THEIR_OPINIONS < CLUSTERS;
    }

    /// The case that a cluster decides.
    long docketOf(long cluster) {
        return dockets.pick(side.from(clusters.key(cluster) + 5), clusters.fresh(cluster));
    }

    /// The court of a docket: three quarters are federal district and bankruptcy courts, few courts
    /// have very many.
    long courtOf(long docket) {
        var draw = side.from(dockets.key(docket) + 6);
        boolean fresh = dockets.fresh(docket);
        long span = courts.span(fresh);
        double unit = draw.unit();
        double kind = draw.unit();
        if (kind < 0.007) {
            return CourtRows.SUPREME;
        }
        if (kind < 0.757) {
            long trial = Math.min(span, CourtRows.FIRST_STATE) - CourtRows.FIRST_DISTRICT;
            return courts.nearest(CourtRows.FIRST_DISTRICT + (long) (unit * unit * trial), fresh);
        }
        return courts.nearest((long) (unit * unit * span), fresh);
    }

    /// Appends the name of a docket's case.
    void caseName(long docket, Bytes out) {
        var draw = side.from(dockets.key(docket) + 7);
        switch (draw.below(20)) {
            case 0, 1, 2, 3 -> {
                out.add("United States v. ");
                out.add(draw.oneOf(lexicon.names("last")));
            }
            case 4, 5 -> {
                out.add("In re ");
                person(draw, out);
            }
            case 6 -> {
                company(draw, out);
                out.add(" v. ");
                company(draw, out);
            }
            case 7, 8 -> {
                person(draw, out);
                out.add(" v. ");
                company(draw, out);
            }
            default -> {
                out.add(draw.oneOf(lexicon.names("last"))).add(" v. ");
                out.add(draw.oneOf(lexicon.names("last")));
            }
        }
        if (draw.below(100) == 0) {
            out.add(", a/k/a \"").add(draw.oneOf(lexicon.names("first"))).add('"');
        }
        if (draw.below(100) == 0) {
            out.add(", et al., ");
            prose.words(draw, out, draw.between(100, 400));
        }
    }

    void person(Draw draw, Bytes out) {
        out.add(draw.oneOf(lexicon.names("first"))).add(' ').add(draw.oneOf(lexicon.names("last")));
    }

    void company(Draw draw, Bytes out) {
        out.add(draw.oneOf(lexicon.names("company")))
                .add(' ')
                .add(draw.oneOf(lexicon.names("trade")));
        out.add(draw.below(2) == 0 ? " Co." : ", Inc.");
    }

    /// Appends a slug of the text that stands from `from` on in `text`: lower case, hyphens, at
    /// most 75 characters.
    static void slug(Bytes text, int from, int to, Bytes out) {
        int start = out.length();
        boolean gap = false;
        for (int i = from; i < to && out.length() - start < 74; i++) {
            int b = text.array()[i] | 0x20;
            if (b >= 'a' && b <= 'z' && text.array()[i] > 0) {
                if (gap && out.length() > start) {
                    out.add('-');
                }
                gap = false;
                out.add(b);
            } else {
                gap = true;
            }
        }
        if (out.length() == start) {
            out.add('x');
        }
    }

    /// A population that loses, gains and changes rows as the next snapshot says.
    private Population rows(String name, long count) {
        return new Population(
                Mix.of(seed, name), count, count + Math.round(count * added), changed, vanished);
    }

    /// A population that loses none.
    private Population kept(String name, long count) {
        return new Population(
                Mix.of(seed, name), count, count + Math.round(count * added), changed, 0);
    }

    private OwnedPopulation owned(
            String name,
            Population owners,
            LongUnaryOperator spanOf,
            LongUnaryOperator ownerOf,
            double changed) {
        return new OwnedPopulation(Mix.of(seed, name), owners, spanOf, ownerOf, changed);
    }
}
