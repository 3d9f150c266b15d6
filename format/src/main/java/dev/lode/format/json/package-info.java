/// JSON documents to rows of several tables, by a mapping that a pack declares
/// ([dev.lode.core.pack.document.DocumentSpec]).
///
/// [DocumentMapping] is compiled once from the pack and the columns of its tables. Each thread has
/// a [DocumentEncoder] of its own; it turns the bytes of a document into an [EncodedDocument]: rows
/// in COPY's binary format, table by table, with what was rejected, which fields were not known,
/// and a hash of the content. Nothing here knows of a database.
///
/// A document is read in two steps over the same bytes. The first skips through it for the fields
/// of the document itself, since they may stand behind the records that need them. The second
/// hashes everything and takes each record apart into a [RecordTape]; the record's rows are written
/// when the whole of it is known to be sound.
@NullMarked
package dev.lode.format.json;

import org.jspecify.annotations.NullMarked;
