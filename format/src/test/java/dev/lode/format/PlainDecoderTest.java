package dev.lode.format;

final class PlainDecoderTest extends DecoderContract {
    @Override
    Compression compression() {
        return Compression.NONE;
    }

    @Override
    byte[] compress(byte[] content) {
        return content;
    }

    @Override
    boolean endIsMarked() {
        return false;
    }

    @Override
    boolean contentIsChecked() {
        return false;
    }
}
