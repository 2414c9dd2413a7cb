package dev.pathline.engine.measure;

import dev.pathline.engine.torch.NativeHeap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The resident memory of this process as Linux counts it: the JVM's heap, libtorch's tensors and everything else. */
public final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    /** Sets the peak back to what is resident now (proc(5)). */
    private static final String RESET_PEAK = "5";

    private ResidentMemory() {}

    /**
     * Gives unused memory back to the system, and lets the peak be counted from here.
     *
     * @return whether the system can do that; where it cannot, {@link #peak} is since the process began
     */
    public static boolean reset() {
        System.gc();
        NativeHeap.trim();
        try {
            Files.writeString(CLEAR, RESET_PEAK, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the largest resident memory so far in bytes; empty where it cannot be known. */
    public static OptionalLong peak() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))).findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
