/// One archive file that is rebuilt by what changed in it: made of segments, each a run of whole
/// entries that was compressed on its own, so that a later archive takes it over as it is.
///
/// The pieces, from the inside out: an [Item][dev.lode.publish.Item] becomes entry bytes by its
/// [EntryFormat][dev.lode.publish.archive.EntryFormat]; entries fill a segment until
/// [Segmentation][dev.lode.publish.archive.Segmentation] says that it ends; a
/// [SegmentCodec][dev.lode.publish.archive.SegmentCodec] presses it;
/// [ArchiveWriter][dev.lode.publish.archive.ArchiveWriter] lays segments one behind the other and
/// writes down in the [segment index][dev.lode.publish.archive.SegmentIndex] where they are;
/// [ArchiveMerge][dev.lode.publish.archive.ArchiveMerge] makes the next archive of the last one and
/// the changes.
@NullMarked
package dev.lode.publish.archive;

import org.jspecify.annotations.NullMarked;
