/// Bulk files that are rebuilt by what changed, from a stream of items; nothing here knows where
/// those come from.
///
/// To publish, say what in a [Publication], hand items in through an [ItemSource], and let a
/// [PublicationBuilder] make the next generation:
///
/// ```java
/// var publication =
///         new Publication("courtlistener", "opinions", "Opinions by court",
///                 ArchiveShape.tarOfJson(2_500), true, true, Publication.LARGEST_ITEM);
/// var report =
///         new PublicationBuilder(root, 2, Retention.DEFAULT, listener)
///                 .build(publication, source, now);
/// ```
///
/// The source says per partition that nothing changed, hands over the changes, or asks for a
/// comparison with all items. It has to be able to hand over all items of any partition of the same
/// state of the data: that is the way out when an archive is damaged. Items come in [KeyOrder].
///
/// [Manifest], [Pointer] and [PublicationFolder] say what lies where; `publish.archive` makes
/// single archives, `publish.s3` brings generations to a bucket.
@NullMarked
package dev.lode.publish;

import org.jspecify.annotations.NullMarked;
