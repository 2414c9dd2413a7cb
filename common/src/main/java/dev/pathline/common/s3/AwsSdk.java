package dev.pathline.common.s3;

/** The AWS SDK, which is on the class path of those applications only that ask for it. */
final class AwsSdk {

    private static final String CLIENT = "software.amazon.awssdk.services.s3.S3Client";
    private static final String HTTP = "software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient";

    private AwsSdk() {}

    /**
     * Says what is missing before a class that needs it fails to load.
     *
     * @param location the place that is wanted, for the message
     * @throws IllegalStateException if the SDK is not there
     */
    static void require(String location) {
        try {
            Class.forName(CLIENT, false, AwsSdk.class.getClassLoader());
            Class.forName(HTTP, false, AwsSdk.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("models in " + location + " need the AWS SDK, which this program was built"
                    + " without: add software.amazon.awssdk:s3 and software.amazon.awssdk:url-connection-client to its"
                    + " class path, or keep the models in a folder", e);
        }
    }
}
