package dev.pathline.trainer.run;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.port.ModelStore;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Data, specifications and a device for runs of a second. */
public final class TinyRuns {

    public static final Torch TORCH = Torch.open("cpu");
    public static final ComputeThread THREAD = new ComputeThread("test-compute",
            Runtime.getRuntime().availableProcessors());

    private TinyRuns() {}

    /** Writes an IDX data set of 8x8 images: class 0 is dark, class 1 bright in its upper half, class 2 in its lower. */
    public static Path data(Path folder) throws IOException {
        return data(folder, 90);
    }

    /** Writes such a data set with so many training images. */
    public static Path data(Path folder, int train) throws IOException {
        Files.createDirectories(folder);
        split(folder, "train", train, 1);
        split(folder, "t10k", 60, 2);
        return folder;
    }

    private static void split(Path folder, String prefix, int count, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[] pixels = new byte[count * 64];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 3);
            for (int p = 0; p < 64; p++) {
                boolean bright = labels[i] == 1 ? p < 32 : labels[i] == 2 && p >= 32;
                pixels[i * 64 + p] = (byte) ((bright ? 180 : 20) + random.nextInt(50));
            }
        }
        write(folder.resolve(prefix + "-images-idx3-ubyte"), 0x803, new int[]{count, 8, 8}, pixels);
        write(folder.resolve(prefix + "-labels-idx1-ubyte"), 0x801, new int[]{count}, labels);
    }

    private static void write(Path file, int magic, int[] dims, byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            for (int dim : dims) {
                out.writeInt(dim);
            }
            out.write(body);
        }
        Files.write(file, bytes.toByteArray());
    }

    /** A specification of a flow-matching model of {@code steps} steps. */
    public static String flow(Path data, int steps) {
        return """
                name: tiny
                description: A tiny model.
                data: {format: idx, path: '%s', classes: [dark, upper, lower]}
                network:
                  _class_name: UNet2DModel
                  sample_size: 8
                  in_channels: 1
                  out_channels: 1
                  block_out_channels: [8, 16]
                  down_block_types: [DownBlock2D, AttnDownBlock2D]
                  up_block_types: [AttnUpBlock2D, UpBlock2D]
                  layers_per_block: 1
                  attention_head_dim: 8
                  norm_num_groups: 4
                  num_class_embeds: 4
                objective:
                  type: flow-matching
                  time: {distribution: logit-normal, mean: 0, std: 1}
                  labelDropout: 0.1
                optimizer: {learningRate: 0.003, warmupSteps: %d, finalShare: %d}
                averages: [{type: constant, decay: 0.9}]
                batch: 6
                images: %d
                seed: 1
                profile: f32
                snapshotEvery: 5
                sheetEvery: 10
                defaults: {solver: euler, steps: 3, cfgScale: 2}
                """.formatted(data, Math.min(5, steps), steps == 1 ? 1 : 0, 6 * steps);
    }

    /** A specification of a classifier. */
    public static String classifier(Path data) {
        return """
                name: judge
                data: {format: idx, path: '%s', classes: [dark, upper, lower], augmentation: {mirror: true}}
                network:
                  _class_name: SmallConvNet
                  sample_size: 8
                  in_channels: 1
                  block_out_channels: [8, 16]
                  layers_per_block: [1, 1]
                  norm_num_groups: 4
                  num_classes: 3
                objective: {type: classification}
                optimizer: {learningRate: 0.01, warmupSteps: 5}
                averages: [{type: constant, decay: 0.9}]
                batch: 16
                images: 1600
                profile: f32
                """.formatted(data);
    }

    /** Writes and reads a specification. */
    public static TrainingSpec spec(Path folder, String yaml) throws IOException {
        Path file = folder.resolve("spec.yaml");
        Files.writeString(file, yaml);
        return TrainingSpecs.read(file);
    }

    /** Runs a specification in {@code folder}. */
    public static RunResult run(Path folder, String yaml) throws IOException {
        return new TrainingRun(spec(folder, yaml), folders(folder)).run(TORCH, THREAD, new RunListener() {
        });
    }

    public static RunFolders folders(Path folder) {
        return new RunFolders(folder.resolve("run"), models(folder.resolve("models")), folder.resolve("metrics"));
    }

    /** A registry in a folder. */
    public static ModelStore models(Path folder) {
        return new DirectoryModelRegistry(List.of(folder), Duration.ZERO, Clock.systemUTC());
    }
}
