import { client } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { number, quantity } from '../../numbers.ts';
import { Facts } from '../../parts/facts.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { text } from '../../text.ts';

/** How much of its right a point has used this year. */
export const WaterRight = ({ point }: { readonly point: string }) => {
  const right = useResource(`right ${point}`, (signal) => client.waterRight({ point }, { signal }));
  return (
    <section class="card">
      <h2>{text('right.title')}</h2>
      <Loaded of={right}>
        {({ granted, usedM3, share, coverage, usedUp, peakLps, hoursAboveRight }) => (
          <>
            {share === null ? null : (
              <p>
                <meter min={0} max={1} high={0.9} value={Math.min(share, 1)} aria-label={text('right.share')} />{' '}
                {number(share * 100, 1)} %
              </p>
            )}
            <Facts
              of={{
                [text('right.used')]: quantity(usedM3, 'm3'),
                [text('right.granted')]:
                  granted.volumeM3 === null ? text('right.unknown') : quantity(granted.volumeM3, 'm3'),
                [text('coverage')]: `${number(coverage * 100, 0)} %`,
                [text('right.usedUp')]:
                  usedUp === null ? undefined : (
                    <>
                      <Instant at={usedUp.at} />{' '}
                      <span class="quiet">
                        (<Instant at={usedUp.earliest} /> – <Instant at={usedUp.latest} />)
                      </span>
                    </>
                  ),
                [text('right.flow')]: granted.flowLps === null ? undefined : quantity(granted.flowLps, 'L/s'),
                [text('right.peak')]:
                  peakLps === null ? undefined : (
                    <>
                      {quantity(peakLps.value, 'L/s')} · <Instant at={peakLps.at} />
                    </>
                  ),
                [text('right.above')]: hoursAboveRight ?? undefined,
              }}
            />
          </>
        )}
      </Loaded>
    </section>
  );
};
