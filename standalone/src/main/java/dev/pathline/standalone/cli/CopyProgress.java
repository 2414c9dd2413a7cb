package dev.pathline.standalone.cli;

import java.util.function.LongConsumer;

/** How much of a copy is done, on one line of a terminal; nothing where nobody watches. */
final class CopyProgress implements LongConsumer, AutoCloseable {

    private final long total;
    private final boolean watched;
    private int shown = -1;

    /** @param total the bytes that there are */
    CopyProgress(long total) {
        this.total = Math.max(1, total);
        this.watched = Terminal.isInteractive();
    }

    @Override
    public void accept(long bytes) {
        int percent = (int) Math.min(100, 100 * bytes / total);
        if (watched && percent != shown) {
            shown = percent;
            System.err.print("\rcopied " + percent + "%");
            System.err.flush();
        }
    }

    @Override
    public void close() {
        if (shown >= 0) {
            System.err.print("\r\u001b[K");
            System.err.flush();
        }
    }
}
