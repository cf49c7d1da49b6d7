import type { HeaderActions } from './header.ts';
import type { Planes } from './planes.ts';
import type { Stage } from './stage.ts';
import { writeState } from './state.ts';
import { type Shown, takeJson, takePdf, takePng, takeSvg } from './take.ts';
import { viewData } from './view-data.ts';

/** What the menu of the header gives a person of what the page shows. */
export function takeAway(stage: Stage, planes: Planes): Pick<HeaderActions, 'svg' | 'png' | 'pdf' | 'json' | 'link' | 'current'> {
  const title = (): string => stage.title.textContent ?? 'view';
  const take = async (as: (shown: Shown) => void | Promise<void>): Promise<void> => {
    const shown = planes.taken;
    if (shown === undefined) return stage.tell('Nothing is drawn here: Print and JSON take what is listed');
    try {
      await as(shown);
    } catch (error) {
      stage.tell(`The picture could not be made: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    svg: () => take(takeSvg),
    png: () => take(takePng),
    pdf: () => take((shown) => takePdf(shown, stage.model.letters ?? {})),
    json: () => takeJson(title(), viewData(stage, planes.taken)),
    link: () => {
      navigator.clipboard?.writeText(location.href).then(
        () => stage.tell('Link copied'),
        () => stage.tell(location.href),
      );
    },
    current: () => ({ hash: writeState(stage.state), title: title() }),
  };
}
