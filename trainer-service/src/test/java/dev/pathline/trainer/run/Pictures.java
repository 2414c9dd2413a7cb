package dev.pathline.trainer.run;

import dev.pathline.diffusion.npy.Npy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** The images of {@link TinyRuns} as other files than IDX: dark ones, and bright ones in their upper or lower half. */
public final class Pictures {

    private static final List<String> CLASSES = List.of("dark", "upper", "lower");
    private static final int SIZE = 8;
    private static final int CIFAR = 32;
    private static final int CIFAR_CLASSES = 10;

    private Pictures() {}

    /** Writes so many PNG files of each class into a folder for each. */
    public static Path byClass(Path root, int each) throws IOException {
        for (String name : CLASSES) {
            for (int i = 0; i < each; i++) {
                png(image(root, name, i), CLASSES.indexOf(name), i);
            }
        }
        return root;
    }

    /** Returns the file of an image. */
    public static Path image(Path root, String name, int index) {
        return root.resolve(name).resolve("%03d.png".formatted(index));
    }

    /** Writes PNG files into one folder, the classes by turns. */
    public static Path flat(Path root, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            png(root.resolve("%03d.png".formatted(i)), i % CLASSES.size(), i);
        }
        return root;
    }

    /** Writes images as bytes [N, 8, 8] and labels [N], of lower, dark and upper ones by turns. */
    public static void arrays(Path samples, Path labels, int count) throws IOException {
        var pixels = new float[count * SIZE * SIZE];
        var classes = new float[count];
        for (int i = 0; i < count; i++) {
            classes[i] = i % CLASSES.size();
            int[] image = pixels((i + 2) % CLASSES.size(), i);
            for (int p = 0; p < image.length; p++) {
                pixels[i * image.length + p] = image[p] / 127.5f - 1;
            }
        }
        Files.write(samples, Npy.encode(pixels, count, SIZE, SIZE));
        Files.write(labels, Npy.encode(classes, count));
    }

    /** Writes batches of CIFAR-10 of so many images each, of which the first byte is the class. */
    public static Path cifar(Path folder, int each) throws IOException {
        Path inner = Files.createDirectories(folder.resolve("cifar-10-batches-bin"));
        for (String name : List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5",
                "test_batch")) {
            var bytes = new ByteArrayOutputStream();
            var random = new SplittableRandom(name.hashCode());
            for (int i = 0; i < each; i++) {
                bytes.write(i % CIFAR_CLASSES);
                for (int p = 0; p < 3 * CIFAR * CIFAR; p++) {
                    bytes.write(20 * (i % CIFAR_CLASSES) + random.nextInt(20));
                }
            }
            Files.write(inner.resolve(name + ".bin"), bytes.toByteArray());
        }
        Files.writeString(inner.resolve("batches.meta.txt"),
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n");
        return folder;
    }

    /** Returns what a specification says of a folder of these images. */
    public static String source(Path root) {
        return "format: images, path: '" + root + "', size: 8, channels: 1";
    }

    private static void png(Path file, int label, int index) throws IOException {
        Files.createDirectories(file.getParent());
        var image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, SIZE, SIZE, pixels(label, index));
        ImageIO.write(image, "png", file.toFile());
    }

    private static int[] pixels(int label, int index) {
        var random = new SplittableRandom(label * 1000L + index);
        int[] pixels = new int[SIZE * SIZE];
        for (int p = 0; p < pixels.length; p++) {
            boolean bright = label == 1 ? p < 32 : label == 2 && p >= 32;
            pixels[p] = (bright ? 180 : 20) + random.nextInt(50);
        }
        return pixels;
    }
}
