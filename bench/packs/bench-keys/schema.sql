CREATE TABLE opinion (
    id integer NOT NULL,
    CONSTRAINT opinion_pkey PRIMARY KEY (id)
);

CREATE TABLE citation (
    id integer NOT NULL,
    depth integer NOT NULL,
    cited_opinion_id integer NOT NULL,
    citing_opinion_id integer NOT NULL,
    CONSTRAINT citation_pkey PRIMARY KEY (id)
);

CREATE INDEX citation_cited_idx ON citation (cited_opinion_id);
CREATE INDEX citation_citing_idx ON citation (citing_opinion_id);

ALTER TABLE citation ADD CONSTRAINT citation_cited_fkey FOREIGN KEY (cited_opinion_id) REFERENCES opinion (id);
ALTER TABLE citation ADD CONSTRAINT citation_citing_fkey FOREIGN KEY (citing_opinion_id) REFERENCES opinion (id);
