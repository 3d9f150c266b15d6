package dev.lode.publish.archive;

/// Reads what [ByteRun] wrote, from an array.
final class ByteScan {
    private final byte[] bytes;
    private int at;

    ByteScan(byte[] bytes) {
        this.bytes = bytes;
    }

    int intNumber() {
        long number = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            need(1);
            byte b = bytes[at++];
            number |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (number > Integer.MAX_VALUE) {
                    break;
                }
                return (int) number;
            }
        }
        throw new DamagedArchiveException("a number is too large");
    }

    void read(byte[] to, int offset, int length) {
        need(length);
        System.arraycopy(bytes, at, to, offset, length);
        at += length;
    }

    ItemHash hash() {
        need(ItemHash.BYTES);
        var hash = ItemHash.at(bytes, at);
        at += ItemHash.BYTES;
        return hash;
    }

    private void need(int count) {
        if (count < 0 || count > bytes.length - at) {
            throw new DamagedArchiveException("it ends too early");
        }
    }
}
