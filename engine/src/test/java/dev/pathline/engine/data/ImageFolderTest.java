package dev.pathline.engine.data;

import static dev.pathline.engine.data.TestImages.grey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.data.images.ImageTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {

    private static final ImageTarget SMALL = new ImageTarget(1, 2, 2);

    @TempDir
    private Path temporary;

    private Path root;
    private Path cache;

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectories(temporary.resolve("data"));
        cache = temporary.resolve("made/when needed");
        put("cat/a.png", grey(4, 10));
        put("cat/b c ü#.PNG", grey(3, 20));
        put("cat/more/d.jpeg", grey(2, 30));
        put("dog/a.jpg", grey(2, 40));
        put("dog/z.png", TestImages.jpeg(8, 8, 0));
    }

    private Path put(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private ImageFolder read() {
        return ImageFolder.read(root, Split.TRAIN, ImageFolder.classNames(root), SMALL, cache);
    }

    private static int value(Dataset data, int index) {
        float[] image = new float[data.sampleSize()];
        data.copy(index, image, 0);
        return Math.round((image[0] + 1) * 127.5f);
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    @Test
    void shouldReadClassesInTheOrderOfTheirNames() {
        ImageFolder data = read();

        assertThat(ImageFolder.classNames(root)).containsExactly("cat", "dog");
        assertThat(data.shape()).containsExactly(1, 2, 2);
        assertThat(data.size()).isEqualTo(5);
        assertThat(List.of(value(data, 0), value(data, 1), value(data, 2), value(data, 3)))
                .containsExactly(10, 20, 30, 40);
        assertThat(List.of(data.label(2), data.label(3))).containsExactly(0, 1);
        assertThat(data.rejected()).isEqualTo(Rejected.NONE);
        assertThat(data.warnings()).isEmpty();
    }

    @Test
    void shouldTakeTheOrderOfGivenClasses() {
        Dataset data = ImageFolder.read(root, Split.TRAIN, List.of("dog", "cat"), SMALL, cache);

        assertThat(value(data, 0)).isEqualTo(40);
        assertThat(data.label(0)).isZero();
    }

    @Test
    void shouldDecodeOnceAndAgainWhenAFileChanges() throws IOException {
        String hash = read().sha256();
        Path file = cached().getFirst();
        FileTime written = Files.getLastModifiedTime(file);
        assertThat(read().sha256()).isEqualTo(hash);
        assertThat(cached()).containsExactly(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);

        put("cat/a.png", grey(4, 11));
        Files.setLastModifiedTime(root.resolve("cat/a.png"), FileTime.from(Instant.ofEpochSecond(1)));
        assertThat(value(read(), 0)).isEqualTo(11);
        assertThat(read().sha256()).isNotEqualTo(hash);
    }

    @Test
    void shouldHashTheSameInACopyElsewhere() throws IOException {
        String hash = read().sha256();
        root = Files.move(root, temporary.resolve("moved"));

        assertThat(read().sha256()).isEqualTo(hash);
        assertThat(cached()).hasSize(2);
    }

    @Test
    void shouldDecodeAgainWhatIsNotWholeInTheCache() throws IOException {
        String hash = read().sha256();
        Path file = cached().getFirst();
        byte[] good = Files.readAllBytes(file);
        byte[] changed = good.clone();
        changed[CacheFile.HEAD] ^= 1;
        byte[] count = good.clone();
        count[8] = 0x7F;
        for (byte[] broken : List.of(new byte[0], new byte[]{1, 2}, java.util.Arrays.copyOf(good, good.length - 1),
                changed, count)) {
            Files.write(file, broken);
            assertThat(read().sha256()).isEqualTo(hash);
            assertThat(Files.readAllBytes(file)).isEqualTo(good);
        }
    }

    @Test
    void shouldLeaveOutWhatIsNoImageAndSaySo() throws IOException {
        put("cat/0.png", new byte[0]);
        put("dog/broken.jpg", "no\nimage".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        put("cat/notes.txt", new byte[1]);
        put("cat/.hidden.png", new byte[1]);
        put("cat/.cache/x.png", new byte[1]);
        put(".git/x.png", new byte[1]);
        for (int round = 0; round < 2; round++) {
            ImageFolder data = read();

            assertThat(data.size()).isEqualTo(5);
            assertThat(data.rejected().count()).isEqualTo(2);
            assertThat(data.rejected().examples()).hasSize(2);
            assertThat(data.rejected().examples().getFirst()).isEqualTo("cat/0.png: it is empty");
            assertThat(data.warnings().getFirst()).contains("2 of 7 images in " + root + " cannot be used: cat/0.png")
                    .contains("dog/broken.jpg: it is neither PNG nor JPEG");
        }
    }

    @Test
    void shouldRefuseAFolderOfMostlyBrokenImages() throws IOException {
        for (int i = 0; i < 20; i++) {
            put("cat/bad" + i + ".png", new byte[0]);
        }
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("20 of 25 images")
                .hasMessageContaining("cat/bad0.png: it is empty").hasMessageEndingWith("; and 10 more");
    }

    @Test
    void shouldRefuseAClassWithoutAUsableImage() throws IOException {
        put("dog/a.jpg", new byte[0]);
        put("dog/z.png", new byte[0]);
        assertThatThrownBy(this::read).isInstanceOf(DataException.class)
                .hasMessageContaining("no image of class 'dog'").hasMessageContaining("dog/a.jpg: it is empty");
    }

    @Test
    void shouldRefuseAFolderInWhichNothingIsAnImageAndLeaveNothingBehind() throws IOException {
        root = Files.createDirectories(temporary.resolve("other"));
        put("a.png", new byte[0]);
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("1 of 1 images");
        assertThat(cached()).isEmpty();
    }

    @Test
    void shouldNameFoldersThatDoNotFit() throws IOException {
        Files.createDirectory(root.resolve("empty"));
        assertThatThrownBy(this::read).isInstanceOf(DataException.class)
                .hasMessageContaining(root.resolve("empty") + " has no images");
        assertThatThrownBy(() -> ImageFolder.read(root, Split.TRAIN, List.of("cat", "dog"), SMALL, cache))
                .hasMessageContaining("a folder 'empty', which is none of the classes [cat, dog]");
        assertThatThrownBy(() -> ImageFolder.read(root, Split.TRAIN, List.of("cat", "dog", "empty", "emu"), SMALL,
                cache)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> ImageFolder.classNames(root.resolve("none")))
                .hasMessageContaining("there is no folder");
        assertThatThrownBy(() -> ImageFolder.classNames(root.resolve("cat/a.png")))
                .hasMessageContaining("not a folder");
    }

    @Test
    void shouldReadPartsFromFoldersOfTheirOwn() throws IOException {
        Path all = Files.createDirectories(temporary.resolve("parts"));
        Files.move(root, all.resolve("train"));
        root = all;
        put("val/cat/x.png", grey(2, 1));
        assertThatThrownBy(() -> ImageFolder.read(root, Split.TEST, List.of("cat"), SMALL, cache))
                .isInstanceOf(DataException.class).hasMessageContaining("has no test images")
                .hasMessageContaining(root.resolve("test").toString());
        put("test/dog/x.png", grey(2, 99));
        put("test/cat/x.png", grey(2, 98));

        assertThat(ImageFolder.classNames(root)).containsExactly("cat", "dog");
        assertThat(read().size()).isEqualTo(5);
        Dataset test = ImageFolder.read(root, Split.TEST, List.of("cat", "dog"), SMALL, cache);
        assertThat(value(test, 1)).isEqualTo(99);
        assertThat(test.label(1)).isEqualTo(1);
    }

    /** CIFAR-100 has a class of that name. */
    @Test
    void shouldTakeAFolderNamedTrainForAClassAmongOthers() throws IOException {
        put("train/x.png", grey(2, 50));

        assertThat(ImageFolder.classNames(root)).containsExactly("cat", "dog", "train");
        assertThat(read().label(5)).isEqualTo(2);
    }

    @Test
    void shouldReadImagesWithoutClasses() throws IOException {
        root = Files.createDirectories(temporary.resolve("flat"));
        put("b.png", grey(2, 60));
        put("a.png", grey(2, 50));

        ImageFolder data = read();
        assertThat(value(data, 1)).isEqualTo(60);
        assertThat(data.label(1)).isEqualTo(Dataset.NO_LABEL);
        var inMemory = new ImageDataset(List.of(1, 2, 2),
                List.of(ImageBlock.of(new byte[]{50, 50, 50, 50, 60, 60, 60, 60}, 4)), false, new int[0]);
        assertThat(data.sha256()).isEqualTo(inMemory.sha256());
        assertThat(data.standardDeviation()).isEqualTo(inMemory.standardDeviation());
    }

    @Test
    void shouldSayWhereNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "in the way");
        assertThatThrownBy(() -> ImageFolder.read(root, Split.TRAIN, List.of("cat", "dog"), SMALL, file))
                .isInstanceOf(DataException.class).hasMessageContaining(file.toString())
                .hasMessageContaining("PATHLINE_CACHE");
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeft() throws IOException {
        Files.createDirectories(cache);
        Path old = Files.writeString(cache.resolve(".images-1.bin.2.part"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
        Path underWay = Files.writeString(cache.resolve(".images-3.bin.4.part"), "half");
        read();

        assertThat(old).doesNotExist();
        assertThat(underWay).exists();
    }

    @Test
    void shouldFindTheCacheByItsVariableOrInTheHomeFolder() {
        assertThat(DataCache.folder(Map.of("PATHLINE_CACHE", "/big"), "/home/me")).isEqualTo(Path.of("/big/data"));
        assertThat(DataCache.folder(Map.of("PATHLINE_CACHE", " "), "/home/me"))
                .isEqualTo(Path.of("/home/me/.cache/pathline/data"));
    }

    @Test
    void shouldCountWhatIsLeftOutByTheReason() throws IOException {
        put("cat/a.heic", new byte[1]);
        put("cat/notes.txt", new byte[1]);
        put("dog/more/b.heic", new byte[1]);
        put("x.png", grey(2, 1));
        put("@eaDir/cat/a.png", grey(2, 1));
        put("cat/@eaDir/a.png@SynoEAStream.png", grey(2, 1));
        put("cat/.@__thumb/a.png", grey(2, 1));
        put("cat/Thumbs.db", new byte[1]);
        put("cat/._a.png", new byte[1]);
        put(".DS_Store", new byte[1]);
        Files.createSymbolicLink(root.resolve("dog/gone.png"), root.resolve("nowhere.png"));
        Files.createSymbolicLink(root.resolve("dog/there.png"), root.resolve("cat/a.png"));
        Files.createSymbolicLink(root.resolve("dog/back"), root.resolve("dog"));

        ImageFolder data = read();
        assertThat(ImageFolder.classNames(root)).containsExactly("cat", "dog");
        assertThat(data.size()).isEqualTo(6);
        assertThat(data.warnings()).singleElement().asString().contains(
                "3 of other kinds (2 .heic, 1 .txt: cat/a.heic, cat/notes.txt, dog/more/b.heic)",
                "1 images that lie beside the folders of the classes (x.png)",
                "1 links to what is not there (dog/gone.png)",
                "1 links to a folder that they lie in (dog/back)",
                "6 hidden, or made by systems for themselves (.DS_Store");
    }

    @Test
    void shouldReadFilesOfEveryKnownEnding() throws IOException {
        for (String name : List.of("cat/e.webp", "cat/f.bmp", "cat/g.tif", "cat/h.gif", "cat/i.jfif", "cat/j.TIFF")) {
            put(name, grey(2, 60));
        }

        assertThat(read().size()).isEqualTo(11);
        assertThat(read().warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Training, Testing", "TRAIN, Test", "train2017, val2017", "training_set, test_set", "train, valid"})
    void shouldKnowPartsByOtherNames(String train, String other) throws IOException {
        Path all = Files.createDirectories(temporary.resolve("parts"));
        Files.move(root, all.resolve(train));
        root = all;
        put(other + "/cat/x.png", grey(2, 1));
        put(other + "/dog/x.png", grey(2, 2));

        assertThat(ImageFolder.classNames(root)).containsExactly("cat", "dog");
        ImageFolder data = read();
        assertThat(data.size()).isEqualTo(5);
        assertThat(data.warnings()).singleElement().asString().contains(train + " is trained on", other);
        assertThat(ImageFolder.hasTestImages(root, List.of("cat", "dog"))).isEqualTo(!other.startsWith("val"));
    }

    /** Whatever could be a part as well as a class is named, with the settings that say which. */
    @ParameterizedTest
    @ValueSource(strings = {"train/cat,test/cat,more", "train,test,cat", "cat,dog,test", "test,valid", "cat,validation",
        "train/cat,extra", "train,training", "cat/train,cat/test", "all/train/cat,all/test/cat",
        "seg_train/cat,seg_test/cat,seg_pred", "cats_train,cats_test", "trainA,testA,trainB,testB",
        "x.dev/cat,x.train/cat"})
    void shouldRefuseFoldersThatMayBePartsOrClasses(String folders) throws IOException {
        root = Files.createDirectories(temporary.resolve("unclear"));
        for (String name : folders.split(",")) {
            put(name + "/x.png", grey(2, 1));
        }

        assertThatThrownBy(() -> ImageFolder.classNames(root)).isInstanceOf(DataException.class)
                .hasMessageContaining("data.path").hasMessageContaining("data.test")
                .hasMessageContaining("data.classes");
    }

    @Test
    void shouldBelieveTheSettingThatSaysWhichFolderIsWhat() throws IOException {
        put("test/x.png", grey(2, 50));
        Dataset all = ImageFolder.read(root, Split.TRAIN, List.of("cat", "dog", "test"), SMALL, cache);
        assertThat(all.size()).isEqualTo(6);
        assertThat(all.warnings()).singleElement().asString().contains("test in", "is taken for a class");

        Path parts = Files.createDirectories(temporary.resolve("parts"));
        Files.move(root, parts.resolve("train"));
        root = parts;
        put("more/test/x.png", grey(2, 50));
        assertThat(ImageFolder.classNamesIn(parts.resolve("train"))).containsExactly("cat", "dog", "test");
        assertThat(ImageFolder.readIn(parts.resolve("more"), List.of("test"), SMALL, cache).size()).isEqualTo(1);
    }

    /** 10 stands before 2; models and runs depend on it. */
    @Test
    void shouldSayThatNumbersAreOrderedByTheirCharacters() throws IOException {
        root = Files.createDirectories(temporary.resolve("numbers"));
        for (String name : List.of("1", "2", "10")) {
            put(name + "/x.png", grey(2, 1));
        }

        assertThat(ImageFolder.classNames(root)).containsExactly("1", "10", "2");
        assertThat(read().warnings()).singleElement().asString().contains("1, 10, 2", "data.classes: [1, 2, 10]");
        assertThat(ImageFolder.read(root, Split.TRAIN, List.of("1", "2", "10"), SMALL, cache).warnings()).isEmpty();
    }
}
