package dev.pathline.engine.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What glibc's allocator does with memory that libtorch has freed; other C libraries have no such settings, and nothing
 * happens there.
 *
 * <p>Implementation note. An optimiser step, or an evaluation of a large batch, frees up to hundreds of megabytes of activations
 * and asks for the same again. By default most of that is returned to the system, which hands it out in zeroed pages of
 * 4 kB: ten thousand page faults and more, on the one thread that the others wait for.
 */
public final class NativeHeap {

    private static final String MALLOPT = "mallopt";

    /** What {@code malloc.h} calls its parameters. */
    private static final int TRIM_THRESHOLD = -1;
    private static final int TOP_PAD = -2;
    private static final int MMAP_THRESHOLD = -3;
    private static final int MMAP_MAX = -4;

    /** The size of a heap of a thread's arena: with so much to spare, none is given back. */
    private static final int HEAP_BYTES = 64 << 20;

    private static int keepers;

    private NativeHeap() {}

    /** Freed memory is kept for the next allocation until this is closed. */
    public interface Keeping extends AutoCloseable {

        /**
         * Gives unused memory back, and leaves what is freed from here on to glibc, if nobody else keeps it. To close it again
         * does nothing.
         */
        @Override
        void close();
    }

    /** Keeps what is freed in this process from here on; a block of more than 64 MB may go back nevertheless. */
    public static Keeping keep() {
        change(1);
        var open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                change(-1);
            }
        };
    }

    /** Gives unused memory back to the system. */
    public static void trim() {
        call("malloc_trim", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG), 0L);
    }

    private static synchronized void change(int by) {
        keepers += by;
        if (by > 0 && keepers == 1) {
            set(MMAP_MAX, 0);
            set(TRIM_THRESHOLD, -1);
            set(TOP_PAD, HEAP_BYTES);
        } else if (keepers == 0) {
            // What glibc comes to by itself in a process that frees large blocks: it does not adjust once it was told.
            set(MMAP_MAX, 65536);
            set(MMAP_THRESHOLD, HEAP_BYTES / 2);
            set(TRIM_THRESHOLD, HEAP_BYTES);
            set(TOP_PAD, 128 << 10);
            trim();
        }
    }

    private static void set(int parameter, int value) {
        call(MALLOPT, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                parameter, value);
    }

    @SuppressWarnings("restricted")
    private static void call(String function, FunctionDescriptor descriptor, Object... arguments) {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find(function).ifPresent(address -> {
            try {
                linker.downcallHandle(address, descriptor).invokeWithArguments(arguments);
            } catch (Throwable e) {
                throw new IllegalStateException(function + " takes numbers and returns one", e);
            }
        });
    }
}
