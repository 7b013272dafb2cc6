using Sentinel.Worker.Notifications;

namespace Sentinel.Worker.Tests.Notifications;

public sealed class WebhookSignatureTests
{
    [Fact]
    public void It_is_the_signature_of_the_standard()
    {
        // The worked example of standardwebhooks.com.
        var signature = new WebhookSignature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .Of("msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8);

        signature.ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void Another_body_time_or_id_has_another_signature()
    {
        var (signature, at) = (new WebhookSignature("any text"), DateTimeOffset.UnixEpoch);

        new[] { signature.Of("a", at, "1"u8), signature.Of("a", at, "2"u8), signature.Of("b", at, "1"u8), signature.Of("a", at.AddSeconds(1), "1"u8) }
            .ShouldBeUnique();
    }
}
