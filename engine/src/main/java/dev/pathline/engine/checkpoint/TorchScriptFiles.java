package dev.pathline.engine.checkpoint;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.engine.network.TorchScriptConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The checkpoint of a network that another program wrote as TorchScript: a card, {@code network/config.json}, and
 * {@code network/model.pt}, which holds the weights and the code that runs.
 */
final class TorchScriptFiles {

    /** The module, relative to the network's folder. */
    static final String MODULE = "model.pt";

    /** What a zip archive's directory ends with, and how far from the file's end that can begin: a comment may follow. */
    private static final byte[] END = {'P', 'K', 5, 6};
    private static final int FARTHEST_END = 22 + 0xFFFF;

    private TorchScriptFiles() {}

    /**
     * Reads a checkpoint whose card and configuration are read; the module itself is loaded with the model.
     *
     * @throws CheckpointException if the module is missing, too large or changed, or does not fit the card
     */
    static Checkpoint read(Path directory, ModelCard card, TorchScriptConfig config) throws IOException {
        Path file = directory.resolve(config.type().folder()).resolve(MODULE);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    "checkpoint " + directory + " has no " + config.type().folder() + "/" + MODULE);
        }
        requireRoom(file);
        Hashes.require(file, card.weightsSha256());
        requireFit(directory, config.takes(InputNames.TARGET), card.kind() == ModelKind.FLOW_MAP,
                "target, which is for kind flow-map");
        requireFit(directory, config.takes("label"), card.conditional(), "label, which is for a card with classes");
        return new Checkpoint(card, config.with(new TorchScriptConfig.Module(file, card.shape())), Map.of());
    }

    /**
     * Checks that an archive has its end.
     *
     * @throws IllegalArgumentException if it was cut short, or is no archive
     */
    static void requireEnd(FileChannel channel) throws IOException {
        long begin = Math.max(0, channel.size() - FARTHEST_END);
        ByteBuffer last = ByteBuffer.allocate((int) (channel.size() - begin));
        SafetensorsHeader.readFully(channel, last, begin);
        byte[] bytes = last.array();
        for (int i = bytes.length - END.length; i >= 0; i--) {
            if (Arrays.equals(END, 0, END.length, bytes, i, i + END.length)) {
                return;
            }
        }
        throw new IllegalArgumentException("it has no end: it was cut short, or is no TorchScript module");
    }

    private static void requireFit(Path directory, boolean takes, boolean has, String what) {
        if (takes != has) {
            throw new CheckpointException("checkpoint " + directory + ": the module's arguments "
                    + (takes ? "have " : "lack ") + what + "; the card is of another kind");
        }
    }

    /** libtorch holds all of the file in memory. */
    private static void requireRoom(Path file) throws IOException {
        long size = Files.size(file);
        long memory = java.lang.management.ManagementFactory
                .getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getTotalMemorySize();
        if (size > memory) {
            throw new CheckpointException(file + " has " + size + " bytes, this machine's memory " + memory);
        }
    }
}
