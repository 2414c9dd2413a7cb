package dev.pathline.engine.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * libtorch on one device.
 *
 * <p>Grad mode and the number of threads belong to operating-system threads in libtorch, so all tensor work of a
 * device runs on its {@link ComputeThread}; see there.
 */
public final class Torch {

    private static final String ENGINE = "PyTorch";

    private final Device device;

    private Torch(Device device) {
        this.device = device;
    }

    /**
     * Opens a device. The first call in a process loads libtorch, and unpacks it into DJL's cache folder when that is
     * new.
     *
     * @param device {@code auto} (a GPU if libtorch sees one), {@code cpu} or {@code cuda:N}
     * @throws IllegalArgumentException if the device is none of these, or is not there
     * @throws IllegalStateException if libtorch cannot be unpacked or loaded, or cannot be told to compute float32 on a GPU
     *         as float32
     */
    public static Torch open(String device) {
        int gpus = load().getGpuCount();
        Device found = find(device, gpus);
        boolean exact = ExactFloats.require();
        if (found.isGpu() && !exact) {
            throw new IllegalStateException(
                    "libtorch " + version() + " cannot be kept from rounding float32 to 10 bits on a"
                            + " GPU: it lacks the switch for TF32; use libtorch 2.7, or device cpu");
        }
        return new Torch(found);
    }

    /**
     * Loads libtorch, once in a process.
     *
     * @throws IllegalStateException if it cannot be unpacked or loaded
     */
    static Engine load() {
        NativeCache.requireUsable();
        try {
            Engine engine = Engine.getEngine(ENGINE);
            Nnpack.enable(false);
            return engine;
        } catch (EngineException | LinkageError e) {
            throw new IllegalStateException("libtorch cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static Device find(String device, int gpus) {
        String wanted = device.toLowerCase(Locale.ROOT).strip();
        if (wanted.equals("cpu") || (wanted.equals("auto") && gpus == 0)) {
            return Device.cpu();
        }
        if (wanted.equals("auto")) {
            return Device.gpu(0);
        }
        if (!wanted.matches("cuda(:\\d{1,3})?")) {
            throw new IllegalArgumentException(
                    "device '" + device + "' is unknown: use auto, cpu or cuda:N");
        }
        int index = wanted.equals("cuda") ? 0 : Integer.parseInt(wanted.substring(5));
        if (index >= gpus) {
            throw new IllegalArgumentException("device '" + device + "' is not there: libtorch sees "
                    + (gpus == 0 ? "no GPU; use device cpu" : gpus + " GPU(s), numbered from 0"));
        }
        return Device.gpu(index);
    }

    /** Returns libtorch's version. */
    public static String version() {
        return Engine.getEngine(ENGINE).getVersion();
    }

    /** Returns a new top-level manager on this device; the caller closes it. */
    public NDManager newManager() {
        return NDManager.newBaseManager(device, ENGINE);
    }

    /** Returns whether tensors live on a GPU. */
    public boolean isGpu() {
        return device.isGpu();
    }

    /**
     * Returns whether a GPU multiplies bfloat16 itself, which takes compute capability 8; false for a CPU, and where it
     * cannot be known.
     */
    public boolean hasBfloat16Gpu() {
        if (!device.isGpu()) {
            return false;
        }
        try {
            // Two digits and more, the last one after the point.
            return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= 80;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the bytes of memory that the device has; on a CPU what the operating system, or a container, gives. */
    public long memory() {
        return device.isGpu()
                ? CudaUtils.getGpuMemory(device).getMax()
                : ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** Returns the device's name, {@code cpu} or {@code cuda:N}. */
    public String name() {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    /** Returns how many threads one libtorch operator may use on the calling thread. */
    public static int intraOpThreads() {
        return JniUtils.getNumThreads();
    }

    /**
     * Sets how many threads one libtorch operator may use on the calling thread.
     *
     * <p>A thread that has never asked libtorch for its number takes up, at its first operator, the number that any thread
     * of the process has set last, whatever it has set itself; so it asks first.
     */
    public static void setIntraOpThreads(int threads) {
        JniUtils.getNumThreads();
        JniUtils.setNumThreads(threads);
    }

    /**
     * Makes the calling thread run scripts as they are written. libtorch's optimiser profiles the first runs of a script
     * and then rewrites it, which changes the last bits of results between the second and the third run: a resumed
     * training would no longer equal an uninterrupted one. It makes our scripts no faster.
     */
    static void setGraphOptimizer(boolean on) {
        JniUtils.setGraphExecutorOptimize(on);
    }

    /** Turns gradient recording on or off for the calling thread. */
    static void setGradMode(boolean on) {
        JniUtils.setGradMode(on);
    }
}
