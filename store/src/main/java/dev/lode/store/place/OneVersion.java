package dev.lode.store.place;

import dev.lode.core.place.PlacedFile;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Bytes of one version: an error instead of the end where the file changed meanwhile.
final class OneVersion extends FilterInputStream {
    private final FolderPlace place;
    private final PlacedFile file;

    OneVersion(InputStream in, FolderPlace place, PlacedFile file) {
        super(in);
        this.place = place;
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        if (n < 0 && place.find(file.key()).filter(file::sameVersion).isEmpty()) {
            throw new IOException(
                    "\"" + place.name() + "/" + file.key() + "\" changed while it was read");
        }
        return n;
    }
}
