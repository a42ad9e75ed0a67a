import React, { useEffect, useRef, useState } from 'react';
import type { ITranslation } from '../host';
import { Icon } from '../parts/icon';

/** An image from bytes; its address lives as long as it is shown. */
export function BytesImage(props: {
  bytes: Uint8Array;
  mediaType: string;
  name: string;
  trans: ITranslation;
}): React.JSX.Element | null {
  const { bytes, mediaType, name, trans } = props;
  const [address, setAddress] = useState('');
  const [large, setLarge] = useState(false);
  useEffect(() => {
    const blob = new Blob([bytes as BlobPart], { type: mediaType });
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
    };
  }, [bytes, mediaType]);
  return address ? (
    <>
      <button
        type="button"
        className="jp-Artifacts-image"
        title={trans.__('Enlarge')}
        onClick={() => {
          setLarge(true);
        }}
      >
        <img src={address} alt={name} />
      </button>
      {large && (
        <LargeImage
          address={address}
          name={name}
          trans={trans}
          onClose={() => {
            setLarge(false);
          }}
        />
      )}
    </>
  ) : null;
}

/** An image as large as the window; Escape or a click closes it. */
function LargeImage(props: {
  address: string;
  name: string;
  trans: ITranslation;
  onClose: () => void;
}): React.JSX.Element {
  const { address, name, trans, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="jp-Artifacts-overlay"
      aria-label={name}
      onClose={onClose}
      onKeyDown={event => {
        event.stopPropagation(); // no key is for the notebook behind
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
      onClick={onClose}
    >
      <header>
        <strong className="jp-Artifacts-cut">{name}</strong>
        <button
          type="button"
          className="jp-Artifacts-iconbutton"
          title={trans.__('Close (Esc)')}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <img src={address} alt={name} />
    </dialog>
  );
}
