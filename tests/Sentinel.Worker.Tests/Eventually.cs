namespace Sentinel.Worker.Tests;

internal static class Eventually
{
    /// <summary>Waits until <paramref name="claim"/> holds; fails after so many seconds, saying what it waited for.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> claim, string what, int seconds = 60)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await claim())
        {
            if (DateTime.UtcNow > end)
            {
                Assert.Fail($"Not within {seconds} s: {what}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public static Task HoldsAsync(Func<bool> claim, string what, int seconds = 60) => HoldsAsync(() => Task.FromResult(claim()), what, seconds);

    /// <summary>Waits until a host that is starting answers this address with success.</summary>
    public static async Task AnswersAsync(string address)
    {
        using var client = new HttpClient();
        await HoldsAsync(IsAnsweredAsync, $"{address} answers");

        async Task<bool> IsAnsweredAsync()
        {
            try
            {
                return (await client.GetAsync(address, TestContext.Current.CancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }
}
